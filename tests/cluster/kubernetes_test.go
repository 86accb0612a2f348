package cluster

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// get reads a page of Loadline's HTTP port.
func get(page string) string { return text("http://" + url(httpPort) + page) }

// text is what stands at an address; empty while nothing can be read there.
func text(address string) string {
	response, err := http.Get(address)
	if err != nil {
		return ""
	}
	defer response.Body.Close()
	text, _ := io.ReadAll(response.Body)
	return string(text)
}

type problem struct{ Namespace, Name, Finding, Severity, Sentence, Mend string }

type watchState struct {
	Resource, Problem string
	Listed, Watching  bool
}

type problemsPage struct {
	Total    int `json:"total_objects"`
	Problems []problem
	Watches  []watchState
}

func problems() (p problemsPage) {
	_ = json.Unmarshal([]byte(get("/api/v1/problems")), &p)
	return p
}

// has says whether an object of the default namespace has a finding.
func (p problemsPage) has(name, finding string) bool {
	for _, each := range p.Problems {
		if each.Name == name && each.Finding == finding {
			return true
		}
	}
	return false
}

// watching says whether changes of a resource are heard of.
func (p problemsPage) watching(resource string) bool {
	for _, each := range p.Watches {
		if each.Resource == resource && each.Watching && each.Problem == "" {
			return true
		}
	}
	return false
}

func (p problemsPage) refusal(resource string) string {
	for _, each := range p.Watches {
		if each.Resource == resource {
			return each.Problem
		}
	}
	return ""
}

type decision struct {
	Replicas *float64
	Summary  string
	LastCall *string `json:"last_call"`
}

func decisions(name string) []decision {
	var body struct{ Decisions []decision }
	_ = json.Unmarshal([]byte(get("/api/v1/decisions?namespace=default&name="+name)), &body)
	return body.Decisions
}

// policies is how many are in force.
func policies() int {
	var body struct{ Policies int }
	_ = json.Unmarshal([]byte(get("/readyz")), &body)
	return body.Policies
}

func eventually(t *testing.T, what string, ready func() bool) {
	t.Helper()
	began := time.Now()
	for time.Since(began) < patience {
		if ready() {
			fmt.Printf("%6.2f s  %s\n", time.Since(began).Seconds(), what)
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Errorf("not within %s: %s; problems: %s; decisions: %s", patience, what, get("/api/v1/problems"), get("/api/v1/decisions"))
}

func apply(t *testing.T, text string) {
	t.Helper()
	_, err := kubectl(text, "apply", "-f", "-")
	must(t, err)
}

// configMap is one with a policy that wants a number of replicas.
func configMap(policy string, replicas int) string {
	return fmt.Sprintf(`apiVersion: v1
kind: ConfigMap
metadata: { name: %s, namespace: default, labels: { loadline.dev/policies: "true" } }
data:
  policy.yaml: |
    apiVersion: loadline.dev/v1
    kind: ScalingPolicy
    metadata: { name: %s }
    spec:
      parameters: { team: { pattern: "[a-z]+" } }
      replicas: { max: 20 }
      signals: [{ name: wanted, replicas: %d }]
`, policy, policy, replicas)
}

func scaledObject(name, policy, annotations, more string) string {
	return fmt.Sprintf(`apiVersion: apps/v1
kind: Deployment
metadata: { name: %[1]s }
spec:
  replicas: 0
  selector: { matchLabels: { app: %[1]s } }
  template: { metadata: { labels: { app: %[1]s } }, spec: { containers: [{ name: worker, image: none }] } }
---
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata: { name: %[1]s, annotations: { %[3]s } }
spec:
  scaleTargetRef: { name: %[1]s }
  pollingInterval: 5
  maxReplicaCount: 20
  fallback: { failureThreshold: 3, replicas: 4, behavior: currentReplicasIfHigher }
  triggers: [{ type: external, %[4]s metadata: { scalerAddress: "%[5]s", policy: %[2]s, team: a } }]
`, name, policy, annotations, more, url(grpcPort))
}

// accountConfig makes the service account of examples/kubernetes/rbac.yaml, and a kubeconfig with a token of it.
func accountConfig(t *testing.T) string {
	_, _ = kubectl("", "create", "namespace", "loadline")
	text, err := os.ReadFile(filepath.Join(root, "examples/kubernetes/rbac.yaml"))
	must(t, err)
	apply(t, string(text))
	token, err := kubectl("", "create", "token", "loadline", "-n", "loadline")
	must(t, err)
	must(t, os.WriteFile(path("token"), []byte(strings.TrimSpace(token)), 0o600))
	config := fmt.Sprintf(`{apiVersion: v1, kind: Config, current-context: c,
  clusters: [{name: c, cluster: {server: "https://%s", certificate-authority: %s}}],
  users: [{name: c, user: {tokenFile: %s}}],
  contexts: [{name: c, context: {cluster: c, user: c, namespace: loadline}}]}
`, url(apiPort), path("pki/ca.crt"), path("token"))
	must(t, os.WriteFile(path("loadline.kubeconfig"), []byte(config), 0o600))
	return path("loadline.kubeconfig")
}

// allow sets the rules of Loadline's ClusterRole: those of the example, with a text replaced.
func allow(t *testing.T, old, new string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, "examples/kubernetes/rbac.yaml"))
	must(t, err)
	if !strings.Contains(string(text), old) {
		t.Fatalf("examples/kubernetes/rbac.yaml does not say %q", old)
	}
	apply(t, strings.Replace(string(text), old, new, 1))
}

// Policies from ConfigMaps, bindings before the first call, findings and Events, with the rights of the example and no
// more; and all of it over the end of an API server.
func TestKubernetes(t *testing.T) {
	kubeconfig := accountConfig(t)
	newWorldWith(t, fmt.Sprintf("kubernetes: {enabled: true, kubeconfig: %s}\n", kubeconfig))
	t.Cleanup(func() {
		_, _ = kubectl("", "delete", "--wait=true", "--ignore-not-found", "scaledobject/asleep", "scaledobject/awake",
			"scaledobject/wrong", "deployment/asleep", "deployment/awake", "deployment/wrong", "configmap/from-configmap")
	})
	for _, resource := range []string{"configmaps", "scaledobjects.keda.sh", "scaledjobs.keda.sh", "horizontalpodautoscalers.autoscaling", "events"} {
		eventually(t, resource+" are watched", func() bool { return problems().watching(resource) })
	}

	before := policies()
	_, _ = kubectl("", "create", "namespace", "data")
	_, err := kubectl("", "apply", "-k", filepath.Join(root, "examples/kubernetes"))
	must(t, err)
	eventually(t, "the example's policy is in force", func() bool { return policies() == before+1 })

	apply(t, scaledObject("asleep", "from-configmap", `autoscaling.keda.sh/paused: "true"`, ""))
	eventually(t, "a policy that is missing is a finding", func() bool { return problems().has("asleep", "policy_missing") })
	eventually(t, "and so is a pause", func() bool { return problems().has("asleep", "paused") })
	apply(t, configMap("from-configmap", 3))
	eventually(t, "a ConfigMap's policy decides before KEDA's first call", func() bool {
		found := decisions("asleep")
		return len(found) == 1 && found[0].LastCall == nil && found[0].Replicas != nil && *found[0].Replicas == 3
	})
	eventually(t, "a finding goes with its cause", func() bool { return !problems().has("asleep", "policy_missing") })
	eventually(t, "an Event tells it", func() bool {
		out, _ := kubectl("", "get", "events", "--field-selector", "involvedObject.name=asleep,source=loadline", "-o", "jsonpath={.items[*].reason}")
		return strings.Contains(out, "PolicyMissing") && strings.Contains(out, "Paused")
	})

	apply(t, scaledObject("awake", "from-configmap", "", ""))
	eventually(t, "KEDA's call finds the binding that was foreseen", func() bool {
		found := decisions("awake")
		return len(found) == 1 && found[0].LastCall != nil
	})
	apply(t, configMap("from-configmap", 5))
	eventually(t, "a policy that is changed decides at once", func() bool {
		found := decisions("awake")
		return len(found) == 1 && found[0].Replicas != nil && *found[0].Replicas == 5
	})

	allow(t, "resources: [events], verbs: [create]", "resources: [events], verbs: [list]")
	apply(t, scaledObject("wrong", "from-configmap", "", "metricType: Value,"))
	eventually(t, "metricType: Value is a finding", func() bool { return problems().has("wrong", "metric_type_value") })
	eventually(t, "an Event that may not be written is told by the verb", func() bool {
		log, _ := os.ReadFile(path("logs", "loadline.log"))
		return strings.Contains(string(log), "may not create events in namespace default") &&
			strings.Contains(get("/metrics"), `loadline_kubernetes_events_total{outcome="failed"}`)
	})

	// A right that is taken away shows when the API server is asked again, as after its end.
	allow(t, "resources: [scaledobjects, scaledjobs], verbs: [list, watch]", "resources: [scaledobjects, scaledjobs], verbs: [list]")
	stopAPIServer()
	eventually(t, "without an API server the watches say so", func() bool { return !problems().watching("configmaps") })
	if p := problems(); p.Total != 3 || !p.has("wrong", "metric_type_value") {
		t.Errorf("without an API server what is known is gone: %+v", p)
	}
	hold := time.Now()
	for time.Since(hold) < 10*time.Second {
		found := decisions("awake")
		if len(found) != 1 || found[0].Replicas == nil || *found[0].Replicas != 5 {
			t.Errorf("without an API server it does not stay at 5: %+v", found)
			break
		}
		time.Sleep(200 * time.Millisecond)
	}
	must(t, startAPIServer())
	eventually(t, "a watch that is refused is told by verb, resource and group", func() bool {
		return strings.HasPrefix(problems().refusal("scaledobjects.keda.sh"), "may not watch scaledobjects.keda.sh in all namespaces: "+
			`RBAC wants a ClusterRole with apiGroups ["keda.sh"], resources [scaledobjects], verbs [watch]`)
	})
	allow(t, "loadline", "loadline")
	for _, resource := range []string{"configmaps", "scaledobjects.keda.sh"} {
		eventually(t, resource+" are watched again, without a restart", func() bool { return problems().watching(resource) })
	}
	apply(t, configMap("from-configmap", 7))
	eventually(t, "and what changes counts", func() bool {
		found := decisions("awake")
		return len(found) == 1 && found[0].Replicas != nil && *found[0].Replicas == 7
	})

	apply(t, scaledObject("awake", "nobodys", "", ""))
	eventually(t, "what KEDA warns of is a finding", func() bool { return problems().has("awake", "scaler_failed") })

	must(t, os.WriteFile(path("token"), []byte("no token"), 0o600))
	stopAPIServer()
	must(t, startAPIServer())
	eventually(t, "a token that does not count is told", func() bool {
		return strings.Contains(problems().refusal("configmaps"), "does not know who asks (401)")
	})
	accountConfig(t)
	eventually(t, "a token that is rotated counts without a restart", func() bool { return problems().watching("configmaps") })

	_, err = kubectl("", "delete", "configmap/from-configmap")
	must(t, err)
	eventually(t, "a policy goes with its ConfigMap", func() bool { return problems().has("wrong", "policy_missing") })
}
