package cluster

import (
	"net/http"
	"sync"
	"time"
)

// state is what one sees of an object in the cluster.
type state struct {
	spec, replicas int // of the Deployment
	conditions     map[string]string
}

func (s state) active() string { return s.conditions["Active"] }

// observer looks at all objects of the cluster at once, so that many tests can look at the same time.
type observer struct {
	mu   sync.Mutex
	seen map[string]state // by namespace/name
}

var (
	watching     observer
	watchingOnce sync.Once
)

// see is what was seen last of an object; nothing where it is not there.
func see(namespace, app string) (state, bool) {
	watchingOnce.Do(func() {
		admin, err := administratorOf()
		if err != nil {
			panic(err)
		}
		watching.look(admin)
		go func() {
			for {
				time.Sleep(150 * time.Millisecond)
				watching.look(admin)
			}
		}()
	})
	watching.mu.Lock()
	defer watching.mu.Unlock()
	found, there := watching.seen[namespace+"/"+app]
	return found, there
}

type listed struct {
	Items []struct {
		Metadata struct{ Namespace, Name string }
		Spec     struct{ Replicas int }
		Status   struct {
			Replicas   int
			Conditions []struct{ Type, Status string }
		}
	}
}

func (o *observer) look(admin administrator) {
	var deployments, objects listed
	if admin.ask(http.MethodGet, "/apis/apps/v1/deployments?resourceVersion=0", "", &deployments) != nil ||
		admin.ask(http.MethodGet, "/apis/keda.sh/v1alpha1/scaledobjects?resourceVersion=0", "", &objects) != nil {
		return
	}
	seen := map[string]state{}
	for _, each := range deployments.Items {
		seen[each.Metadata.Namespace+"/"+each.Metadata.Name] = state{each.Spec.Replicas, each.Status.Replicas, map[string]string{}}
	}
	for _, each := range objects.Items {
		if found, there := seen[each.Metadata.Namespace+"/"+each.Metadata.Name]; there {
			for _, condition := range each.Status.Conditions {
				found.conditions[condition.Type] = condition.Status
			}
		}
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.seen = seen
}
