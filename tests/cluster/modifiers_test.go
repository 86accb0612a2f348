package cluster

import (
	"fmt"
	"testing"
	"time"
)

// Loadline's number is one of those of a formula, beside a trigger of KEDA's own. KEDA goes by the formula's value alone: its activity, too, is the
// value's. While Loadline has an error the formula has no value, and the count holds.
func TestScalingModifiers(t *testing.T) {
	w := sharedWorld(t)
	const app = "formula"
	set := func(wanted, other float64) {
		w.gauges.set("wanted", app, wanted)
		w.gauges.set("queue_depth", app, other)
	}
	w.gauges.set("waiting_at_source", app, 0)
	set(0, 0)
	l := w.scale(t, object{name: app, poll: 2, triggers: []string{
		named("ours", w.trigger("external", "follow")),
		fmt.Sprintf(`{ type: prometheus, name: theirs, metadata: { serverAddress: "http://%s", query: 'max(queue_depth{app="%s"})', threshold: "1" } }`,
			url(w.ports.prometheus), app)},
		modifiers: `{ formula: "max(ours, theirs / 10)", target: "1", activationTarget: "0", metricType: AverageValue }`})
	l.note("nothing to do")
	l.hold(0, 8*time.Second)
	for _, step := range []struct {
		wanted, other float64
		replicas      int
	}{{3, 0, 3}, {3, 70, 7}, {12, 70, 12}, {1, 15, 2}} {
		l.note("Loadline %g, the other trigger %g/10", step.wanted, step.other)
		set(step.wanted, step.other)
		l.reach(step.replicas, soon)
	}
	l.note("Loadline has an error")
	w.gauges.remove("wanted", app)
	l.told("error: ")
	w.gauges.set("queue_depth", app, 150)
	l.hold(2, 8*time.Second)
	l.note("it has a number again")
	w.gauges.set("wanted", app, 4)
	l.reach(15, soon)
	l.note("nothing to do any more")
	set(0, 0)
	l.reach(0, soon)
}
