package cluster

import (
	"testing"
	"time"
)

// toZeroNever is a cooldown for objects that get errors. KEDA 2.21 takes a poll for inactive, without an error, whose scalers the
// HPA's call has just closed after an error (pkg/scaling/scale_handler.go, getScalerState, ErrCacheClosed), and at
// minReplicaCount 0 goes to zero then, when the cooldown has passed, whatever the fallback says.
const toZeroNever = 3600

const fallbackTo7 = "fallback: { failureThreshold: 3, replicas: 7 }"

// What KEDA's fallback does, and what it does not. While Loadline answers with errors it counts them, and falls back after more
// than failureThreshold. While nobody answers it counts nothing: the counts hold, and Ready and Fallback say that all is well.
// With replicas: 0 it goes to zero after the cooldown, whoever is at fault: no object should say so.
func TestFallback(t *testing.T) {
	w := ownWorld(t, "")
	made := func(name, spec string, cooldown int) *workload {
		w.gauges.set("waiting_at_source", name, 1)
		w.gauges.set("wanted", name, 5)
		l := w.scale(t, object{name: name, poll: 2, cooldown: cooldown, spec: spec, triggers: []string{w.trigger("external", "follow")}})
		l.note("value 5")
		return l
	}
	to7 := made("falls-back", fallbackTo7, toZeroNever)
	none := made("has-no-fallback", "", toZeroNever)
	higher := made("falls-to-what-runs", "fallback: { failureThreshold: 3, replicas: 3, behavior: currentReplicasIfHigher }", toZeroNever)
	all := []*workload{to7, none, higher}
	for _, each := range all {
		each.reach(5, soon)
	}

	failing := map[*workload]int{} // the place of its way
	for _, each := range all {
		each.note("Loadline answers with errors")
		failing[each] = each.place()
		w.gauges.remove("wanted", each.app)
	}
	to7.told("error: ")
	to7.reach(7, soon)
	to7.condition("Fallback", "True")
	holdAll(map[*workload]int{to7: 7, none: 5, higher: 5}, 10*time.Second)
	higher.condition("Fallback", "True")
	for l, way := range map[*workload][]int{to7: {5, 7}, none: {5}, higher: {5}} {
		l.wentSince(failing[l], way...)
	}
	for _, each := range all {
		each.note("values again: 4")
		w.gauges.set("wanted", each.app, 4)
		each.reach(4, soon)
		each.condition("Fallback", "False")
	}

	zero := made("falls-to-zero", "fallback: { failureThreshold: 3, replicas: 0 }", 10)
	zero.reach(5, soon)
	for _, each := range append(all, zero) {
		each.note("Loadline is gone")
		w.gauges.set("wanted", each.app, 9)
	}
	w.loadline.kill()
	holdAll(map[*workload]int{to7: 4, none: 4, higher: 4}, 30*time.Second)
	for _, each := range all {
		if found := each.now().conditions["Fallback"]; found != "False" {
			t.Errorf("%s: without Loadline Fallback=%s: KEDA now counts what it cannot reach; the documentation says that it does not", each.app, found)
		}
	}
	for _, each := range []*workload{to7, higher} {
		each.condition("Ready", "True")
	}
	none.condition("Ready", "False")
	zero.reach(0, soon)

	w.loadline.start(t)
	for _, each := range append(all, zero) {
		each.note("Loadline is back")
		each.reach(9, soon)
	}
}

// Prometheus is gone: what was wanted is held, then the policy's fallback counts, and nothing goes down. The replicas observed are gone
// with it, so a fallback that goes by them is an error, and KEDA's own, which knows them, answers. When Prometheus is back it is
// followed again.
func TestPrometheusGone(t *testing.T) {
	w := ownWorld(t, "")
	for name, then := range map[string]string{"falls-to-4": "{ replicas: 4, behavior: static }", "at-least-4": "{ replicas: 4 }", "high": "assumeHigh", "fails": "error"} {
		w.policy(t, name, `apiVersion: loadline.dev/v1
kind: ScalingPolicy
metadata: { name: `+name+`, namespace: default }
spec:
  replicas: { min: 1, max: 15 }
  signals: [{ name: wanted, query: 'max(wanted{app="${name}"})', perReplica: 1 }]
  onMissing: { hold: 12s, then: `+then+` }
`)
	}
	kedas := "fallback: { failureThreshold: 3, replicas: 4, behavior: currentReplicasIfHigher }"
	began := map[*workload]int{}
	made := func(name, policy string, value int, spec string) *workload {
		w.gauges.set("wanted", name, float64(value))
		l := w.scale(t, object{name: name, min: 1, replicas: 1, spec: spec, triggers: []string{w.trigger("external", policy)}})
		l.note("value %d", value)
		began[l] = value
		return l
	}
	byLoadline, byKeda := made("below-loadlines-fallback", "falls-to-4", 2, kedas), made("below-kedas-fallback", "at-least-4", 2, kedas)
	above, high := made("above-the-fallback", "at-least-4", 9, kedas), made("assumes-high", "high", 3, kedas)
	fails := made("fails-later", "fails", 6, "")
	all := func(do func(l *workload, value int)) {
		for l, value := range began {
			do(l, value)
		}
	}
	all(func(l *workload, value int) { l.reach(value, soon) })
	held := map[*workload]int{} // the place of its way
	all(func(l *workload, _ int) { held[l] = l.place() })
	w.stopPrometheus()
	gone := time.Now()
	all(func(l *workload, _ int) { l.note("Prometheus is gone: held") })
	holdAll(began, 8*time.Second-time.Since(gone))
	all(func(l *workload, _ int) { l.note("Prometheus is gone: what the policy says") })
	byLoadline.reach(4, soon)
	high.reach(15, soon)
	fails.told("error: ")
	fails.event("signal wanted: ")
	byKeda.reach(4, soon)
	byKeda.condition("Fallback", "True")
	above.condition("Fallback", "True")
	holdAll(map[*workload]int{byLoadline: 4, byKeda: 4, above: 9, high: 15, fails: 6}, 8*time.Second)
	for l, way := range map[*workload][]int{byLoadline: {2, 4}, byKeda: {2, 4}, above: {9}, high: {3, 15}, fails: {6}} {
		l.wentSince(held[l], way...)
	}

	w.startPrometheus(t)
	all(func(l *workload, _ int) {
		l.note("Prometheus is back, value 5")
		w.gauges.set("wanted", l.app, 5)
	})
	all(func(l *workload, _ int) { l.reach(5, soon) })
}
