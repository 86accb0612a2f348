package cluster

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

// With an idleReplicaCount KEDA keeps none while nothing is active, and minReplicaCount at least while something is.
func TestIdle(t *testing.T) {
	w := sharedWorld(t)
	const app = "idle"
	w.gauges.set("waiting_at_source", app, 0)
	w.gauges.set("wanted", app, 0)
	l := w.scale(t, object{name: app, min: 3, replicas: 3, poll: 2, cooldown: 5, spec: "idleReplicaCount: 0", triggers: []string{w.trigger("external", "follow")}})
	l.note("nothing to do: idle, below the minimum")
	l.reach(0, soon)
	l.note("1 wanted: the minimum")
	w.gauges.set("wanted", app, 1)
	l.reach(3, soon)
	l.hold(3, 5*time.Second)
	l.note("7.2 wanted")
	w.gauges.set("wanted", app, 7.2)
	l.reach(8, soon)
	l.note("2 wanted: active, so not below the minimum")
	w.gauges.set("wanted", app, 2)
	l.reach(3, soon)
	l.hold(3, 10*time.Second)
	l.note("nothing to do")
	w.gauges.set("wanted", app, 0)
	l.reach(0, soon)
}

// What annotations of a ScaledObject stop of it, while Loadline goes on deciding; and that all of it counts again without them.
func TestPaused(t *testing.T) {
	w := sharedWorld(t)
	const keda = "autoscaling.keda.sh/"
	made := func(name string, value float64) *workload {
		w.gauges.set("waiting_at_source", name, 0)
		w.gauges.set("wanted", name, value)
		return w.scale(t, object{name: name, poll: 2, cooldown: 4, triggers: []string{w.trigger("external", "follow")}})
	}
	paused, counted, in, out, forced := made("paused", 4), made("paused-replicas", 4), made("paused-scale-in", 4), made("paused-scale-out", 4), made("force-activation", 0)
	to := func(value float64, objects ...*workload) {
		for _, each := range objects {
			w.gauges.set("wanted", each.app, value)
		}
	}
	for _, each := range []*workload{paused, counted, in, out} {
		each.note("4 wanted")
		each.reach(4, soon)
	}
	forced.reach(0, soon)

	paused.annotate(keda + "paused=true")
	counted.annotate(keda + "paused-replicas=2")
	in.annotate(keda + "paused-scale-in=true")
	out.annotate(keda + "paused-scale-out=true")
	forced.annotate(keda + "force-activation=true")
	for _, each := range []*workload{paused, counted, in, out} {
		each.note("annotated")
		each.condition("Paused", "True")
	}
	forced.note("activation is forced")
	counted.reach(2, soon)
	forced.reach(1, soon)
	to(9, paused, counted, in, out)
	for _, each := range []*workload{paused, counted, in, out} {
		each.note("annotated, 9 wanted")
		each.comes("Loadline wants 9", func() bool { return w.says("default", each.app) == "9" })
	}
	in.reach(9, soon)
	holdAll(map[*workload]int{out: 4, paused: 4, counted: 2, forced: 1}, 8*time.Second)
	to(3, paused, counted, in, out)
	for _, each := range []*workload{paused, counted, in, out} {
		each.note("annotated, 3 wanted")
	}
	out.reach(3, soon)
	holdAll(map[*workload]int{in: 9, paused: 4, counted: 2}, 8*time.Second)
	to(0, in)
	in.note("annotated, nothing to do")
	holdAll(map[*workload]int{in: 9, paused: 4, counted: 2}, 12*time.Second)

	to(6, paused, counted, in, out)
	for each, annotation := range map[*workload]string{paused: "paused", counted: "paused-replicas", in: "paused-scale-in", out: "paused-scale-out"} {
		each.note("without the annotation, 6 wanted")
		each.annotate(keda + annotation + "-")
	}
	for _, each := range []*workload{paused, counted, in, out} {
		each.reach(6, soon)
		each.condition("Paused", "False")
	}
	forced.note("without the annotation")
	forced.annotate(keda + "force-activation-")
	forced.reach(0, soon)
}

// streamed is how many messages a method's streams have told KEDA.
func streamed(method string) string {
	return fmt.Sprintf("loadline_grpc_stream_messages_total{method=%q}", method)
}

// KEDA has the spec by a stream: a new object's HPA has the metric at once, also one that is made while Loadline is away and gets it
// when it is back; and the specs of all are there again after a restart. That a stream has told them shows in what KEDA leaves out: of
// a trigger whose spec was streamed it asks for none (pkg/scaling/cache/scalers_cache.go, GetMetricSpecForScalingForScaler), where it
// else does so with each sync of the HPA.
func TestSpecStream(t *testing.T) {
	w := ownWorld(t, "")
	made := func(name string) *workload {
		w.gauges.set("waiting_at_source", name, 1)
		w.gauges.set("wanted", name, 3)
		return w.scale(t, object{name: name, min: 1, replicas: 1, poll: 60, triggers: []string{w.trigger("external-push", "follow")}})
	}
	admin := newAdministrator(t)
	metrics := func(name string) (all string) {
		var hpa struct {
			Spec struct {
				Metrics []struct {
					External struct {
						Metric struct{ Name string }
						Target struct{ AverageValue string }
					}
				}
			}
		}
		_ = admin.ask(http.MethodGet, hpas+"/keda-hpa-"+name, "", &hpa)
		for _, each := range hpa.Spec.Metrics {
			all += each.External.Metric.Name + "=" + each.External.Target.AverageValue
		}
		return all
	}
	const spec = "s0-loadline-follow=1"
	// told waits until so many streams have told a spec each, and KEDA has taken it up: while the HPA gets six numbers nobody asks for one.
	told := func(l *workload, streams float64, within time.Duration) {
		t.Helper()
		began := time.Now()
		l.comes(fmt.Sprintf("%g streams have told a spec", streams), func() bool { return w.loadline.metric(streamed("StreamMetricSpec")) >= streams })
		var asked, numbers float64
		l.comes("KEDA asks for no specs", func() bool {
			specs := w.loadline.metric(`loadline_grpc_requests_total{code="OK",method="GetMetricSpec"}`)
			if specs != asked {
				asked, numbers = specs, w.loadline.metric(answered)
			}
			return specs > 0 && w.loadline.metric(answered) >= numbers+6
		})
		if took := time.Since(began); took > within {
			t.Errorf("%s: %s: the specs were not streamed and taken up within %s, but %s", l.app, l.step, within, took)
		}
		fmt.Printf("TestSpecStream: %s: %g specs streamed, and none asked for since, seen after %.1f s; %g asked for before\n", l.step, streams, time.Since(began).Seconds(), asked)
	}
	first := made("spec-first")
	first.note("new")
	first.comes("the HPA has the metric", func() bool { return metrics("spec-first") == spec })
	first.reach(3, soon)
	first.comes("two streams, of activity and of specs", func() bool { return w.loadline.metric("loadline_grpc_open_streams") == 2 })
	told(first, 1, 40*time.Second)

	first.note("Loadline is away")
	w.loadline.kill()
	second := made("spec-second")
	second.note("made while Loadline is away")
	second.condition("Ready", "False")
	if found := metrics("spec-second"); strings.Contains(found, "loadline") {
		t.Errorf("an HPA that knows what it was not told: %s", found)
	}
	w.loadline.start(t)
	for _, each := range []*workload{first, second} {
		each.note("Loadline is back")
		w.gauges.set("wanted", each.app, 5)
	}
	second.comes("the HPA has the metric", func() bool { return metrics("spec-second") == spec })
	for _, each := range []*workload{first, second} {
		each.reach(5, soon)
	}
	second.comes("two streams of each object", func() bool { return w.loadline.metric("loadline_grpc_open_streams") == 4 })
	if found := metrics("spec-first"); found != spec {
		t.Errorf("the first object's HPA has %s, not %s", found, spec)
	}
	told(second, 2, 90*time.Second) // a stream comes back after 60 s at most
}
