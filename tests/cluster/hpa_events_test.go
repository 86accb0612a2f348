package cluster

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

type hpaEvent struct {
	Event, Metric, Reason string
	Before, Desired       int
	Ready                 *int
	Threshold             *float64
	Decision              *struct{ Replicas float64 }
	ReadyAfter            *float64 `json:"ready_after_seconds"`
}

// hpaEvents are those of an object of the default namespace, the latest first.
func hpaEvents(name string) (events []hpaEvent) {
	var body struct{ Events []hpaEvent }
	_ = json.Unmarshal([]byte(get("/api/v1/hpa-events?binding=default/"+name)), &body)
	return body.Events
}

type effectivenessRow struct {
	Effectiveness *float64
	Sentence      string
}

func effectiveness(name string) []effectivenessRow {
	var body struct{ Bindings []effectivenessRow }
	_ = json.Unmarshal([]byte(get("/api/v1/effectiveness?binding=default/"+name)), &body)
	return body.Bindings
}

// setReady says of all pods of a Deployment that they are: there are no nodes that would.
func setReady(name string) {
	pods, _ := kubectl("", "get", "pods", "-l", "app="+name, "-o", "name")
	for _, pod := range strings.Fields(pods) {
		_, _ = kubectl("", "patch", pod, "--subresource=status", "--type=merge", "-p",
			`{"status":{"phase":"Running","conditions":[{"type":"Ready","status":"True"}]}}`)
	}
}

// What the HPA did about a decision, when the replicas were ready, what limited it, and the Event of the change, with the
// rights of the example and no more.
func TestHpaEvents(t *testing.T) {
	kubeconfig := accountConfig(t)
	newWorldWith(t, fmt.Sprintf("kubernetes: {enabled: true, kubeconfig: %s}\n", kubeconfig))
	t.Cleanup(func() {
		_, _ = kubectl("", "delete", "--wait=true", "--ignore-not-found", "scaledobject/followed", "deployment/followed", "configmap/for-followed")
	})
	eventually(t, "HPAs are watched", func() bool { return problems().watching("horizontalpodautoscalers.autoscaling") })
	apply(t, configMap("for-followed", 3))
	apply(t, strings.Replace(scaledObject("followed", "for-followed", "", ""), "maxReplicaCount: 20", "maxReplicaCount: 8", 1))

	eventually(t, "3 are wanted, and ready", func() bool {
		setReady("followed")
		rows := effectiveness("followed")
		return len(rows) == 1 && strings.HasPrefix(rows[0].Sentence, "3 wanted") && strings.HasSuffix(rows[0].Sentence, "ready")
	})

	apply(t, configMap("for-followed", 6))
	eventually(t, "the HPA's way to 6 is told, with its metric and the decision", func() bool {
		for _, each := range hpaEvents("followed") {
			if each.Event == "scale-up" && each.Before == 3 && each.Desired == 6 && each.Metric == "s0-loadline-for-followed" &&
				each.Decision != nil && each.Decision.Replicas == 6 && each.Threshold != nil && *each.Threshold == 1 &&
				each.Ready != nil && *each.Ready == 3 {
				return each.ReadyAfter == nil
			}
		}
		return false
	})
	eventually(t, "and the time until its replicas are ready", func() bool {
		setReady("followed")
		for _, each := range hpaEvents("followed") {
			if each.Event == "scale-up" && each.Desired == 6 && each.ReadyAfter != nil {
				return *each.ReadyAfter > 0
			}
		}
		return false
	})
	eventually(t, "that is how effective it was", func() bool {
		rows := effectiveness("followed")
		return len(rows) == 1 && rows[0].Effectiveness != nil && *rows[0].Effectiveness > 0 &&
			strings.HasPrefix(rows[0].Sentence, "6 wanted since ") && strings.Contains(rows[0].Sentence, "ready after ")
	})

	apply(t, configMap("for-followed", 12))
	eventually(t, "a maximum that is in the way is told by the HPA's word", func() bool {
		for _, each := range hpaEvents("followed") {
			if each.Event == "limited-scale" && each.Reason == "TooManyReplicas" {
				return true
			}
		}
		return false
	})
	eventually(t, "an Event told the first change", func() bool {
		out, _ := kubectl("", "get", "events", "--field-selector", "involvedObject.name=followed,reason=ReplicasWanted", "-o", "jsonpath={.items[*].message}")
		return strings.Contains(out, "wants 6 replicas instead of 3 (policy for-followed): ")
	})
	if t.Failed() {
		t.Log(get("/api/v1/hpa-events"), get("/api/v1/effectiveness"))
	}
}
