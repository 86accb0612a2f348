package cluster

import (
	"encoding/json"
	"fmt"
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

// observer watches all objects of the cluster at once, so that many tests can look at the same time.
type observer struct {
	mu          sync.Mutex
	deployments map[string]seen // by namespace/name
	objects     map[string]seen
}

// seen is what matters of a Deployment or a ScaledObject.
type seen struct {
	Metadata struct{ Namespace, Name string }
	Spec     struct{ Replicas int }
	Status   struct {
		Replicas   int
		Conditions []struct{ Type, Status string }
	}
}

func (s seen) key() string { return s.Metadata.Namespace + "/" + s.Metadata.Name }

var (
	watching     observer
	watchingOnce sync.Once
)

// see is what was seen last of an object; nothing where it is not there.
func see(namespace, app string) (found state, there bool) {
	watchingOnce.Do(func() {
		admin, err := administratorOf()
		if err != nil {
			panic(err)
		}
		admin.client.Timeout = 0 // a watch goes on
		go watching.follow(admin, "/apis/apps/v1/deployments", &watching.deployments)
		go watching.follow(admin, "/apis/keda.sh/v1alpha1/scaledobjects", &watching.objects)
	})
	watching.mu.Lock()
	defer watching.mu.Unlock()
	deployment, there := watching.deployments[namespace+"/"+app]
	found = state{deployment.Spec.Replicas, deployment.Status.Replicas, map[string]string{}}
	for _, each := range watching.objects[namespace+"/"+app].Status.Conditions {
		found.conditions[each.Type] = each.Status
	}
	return found, there
}

// follow lists a resource and hears of its changes from there, again and again: the API server may be away at times.
func (o *observer) follow(admin administrator, resource string, into *map[string]seen) {
	for ; ; time.Sleep(200 * time.Millisecond) {
		var list struct {
			Metadata struct{ ResourceVersion string }
			Items    []seen
		}
		if admin.ask(http.MethodGet, resource, "", &list) != nil {
			continue
		}
		all := map[string]seen{}
		for _, each := range list.Items {
			all[each.key()] = each
		}
		o.mu.Lock()
		*into = all
		o.mu.Unlock()
		o.hear(admin, fmt.Sprintf("%s?watch=1&resourceVersion=%s", resource, list.Metadata.ResourceVersion), *into)
	}
}

func (o *observer) hear(admin administrator, watch string, all map[string]seen) {
	response, err := admin.client.Get("https://" + url(apiPort) + watch)
	if err != nil {
		return
	}
	defer response.Body.Close()
	for changes := json.NewDecoder(response.Body); ; {
		var change struct {
			Type   string
			Object seen
		}
		if changes.Decode(&change) != nil || change.Type == "ERROR" {
			return
		}
		o.mu.Lock()
		if change.Type == "DELETED" {
			delete(all, change.Object.key())
		} else {
			all[change.Object.key()] = change.Object
		}
		o.mu.Unlock()
	}
}
