package cluster

import (
	"fmt"
	"math"
	"os"
	"testing"
	"time"
)

const (
	soon     = 3 * time.Minute // until the cluster has done what it does within seconds on a machine that is not busy
	patience = 3 * time.Minute
)

// The HPA follows the value up and down, keeps its deadband, and holds while Loadline has an error, whose reason is an event.
func TestFollow(t *testing.T) {
	w := sharedWorld(t)
	w.gauges.set("waiting_at_source", "follow", 1)
	l := w.scale(t, object{name: "follow", cooldown: toZeroNever, triggers: []string{w.trigger("external", "follow")}})
	l.note("woken by what waits at the source")
	l.reach(1, soon)

	follow := setting{name: "the HPA of KEDA follows what Loadline says", min: 1, max: 20, behavior: swift}
	trace := follow.header(kubernetesVersion(t))
	began := time.Now()
	for _, step := range []struct {
		value         float64
		before, after int
	}{{7.001, 1, 8}, {12, 8, 12}, {13.2, 12, 12}, {13.201, 12, 14}, {15, 14, 14}, {3, 14, 3}, {2.75, 3, 3}, {6, 3, 6}} {
		l.note("value %g at %d", step.value, step.before)
		w.gauges.set("wanted", "follow", step.value)
		if step.before == step.after {
			l.hold(step.after, 8*time.Second)
		} else {
			l.reach(step.after, soon)
		}
		trace += row{At: math.Round(time.Since(began).Seconds()*1000) / 1000, Spec: step.before, Status: step.before,
			Values: told([]float64{step.value}), After: l.now().spec}.line(t)
	}
	must(t, os.WriteFile(traceFile(t, follow.name), []byte(trace), 0o644))
	checkModel(t)

	l.note("no data: held, then an error, and the HPA holds")
	w.gauges.remove("wanted", "follow")
	l.event("signal wanted: no data now, nor within the 5s that it is held")
	l.hold(6, 15*time.Second)
	l.note("data again: value 4")
	w.gauges.set("wanted", "follow", 4)
	l.reach(4, soon)
}

// From zero to one by KEDA, to N by the HPA, and back to zero only when the queue is empty.
func TestZero(t *testing.T) {
	w := sharedWorld(t)
	const app = "queue"
	l := w.apply(t, app, "external", 2)
	depth, atSource, peak, left := 0.0, 0.0, 0, 0.0
	var began time.Time
	// arrives 30/s for 20 s; one worker does 10/s.
	tick := func(elapsed time.Duration) {
		s := l.now()
		if elapsed < 20*time.Second && elapsed >= 0 {
			atSource += 30 * 0.2
		}
		if s.replicas > 0 {
			depth += atSource
			atSource = 0
			depth = max(0, depth-float64(s.replicas)*10*0.2)
			arrivals := 0.0
			if elapsed < 20*time.Second {
				arrivals = 30
			}
			w.gauges.set("queue_depth", app, depth)
			w.gauges.set("queue_arrivals", app, arrivals)
		} else {
			w.gauges.remove("queue_depth", app)
			w.gauges.remove("queue_arrivals", app)
		}
		w.gauges.set("waiting_at_source", app, atSource)
		peak = max(peak, s.replicas)
	}
	w.gauges.set("waiting_at_source", app, 0)
	l.note("nothing to do")
	l.hold(0, 10*time.Second)
	l.note("30/s arrive for 20 s")
	began = time.Now()
	woke := false
	for time.Since(began) < 150*time.Second {
		tick(time.Since(began))
		time.Sleep(200 * time.Millisecond)
		s := l.now()
		woke = woke || s.replicas > 0
		if woke && s.spec == 0 {
			left = depth + atSource
			break
		}
	}
	fmt.Printf("woke %v, peak %d replicas, at zero after %.1f s with %.0f items left\n", woke, peak, time.Since(began).Seconds(), left)
	if !woke || peak < 3 {
		t.Errorf("woke %v, and at most %d replicas: want 3 at least", woke, peak)
	}
	if s := l.now(); s.spec != 0 || left > 0 {
		t.Errorf("went to zero with %g items left, or not at all: %+v", left, s)
	}
}

// A push wakes at once and once, although KEDA polls every ten minutes only. The stream tells the state when it opens, and the wake,
// and nothing while the load goes on and changes.
func TestPush(t *testing.T) {
	w := ownWorld(t, "") // of which all streams are this object's
	messages := func() float64 { return w.loadline.metric(streamed("StreamIsActive")) }
	w.gauges.set("waiting_at_source", "sleeper", 0)
	l := w.apply(t, "sleeper", "external-push", 600)
	l.note("asleep")
	l.told("0")
	l.comes("the stream tells that nothing waits", func() bool { return messages() > 0 })
	asleep := messages()
	l.hold(0, 10*time.Second)
	if told := messages(); told != asleep {
		t.Errorf("%g messages while it slept, after %g", told-asleep, asleep)
	}
	l.note("something waits")
	w.gauges.set("waiting_at_source", "sleeper", 1)
	took := l.reach(1, 20*time.Second)
	fmt.Printf("awake %.1f s after the source had something (scrape 0.5 s, tick 1 s)\n", took.Seconds())
	for wanted := 1; wanted <= 3; wanted++ {
		l.note("awake, %d wanted", wanted)
		w.gauges.set("waiting_at_source", "sleeper", float64(wanted))
		w.gauges.set("wanted", "sleeper", float64(wanted)) // which it tells itself, now that it is awake
		l.reach(wanted, soon)
	}
	l.hold(3, 8*time.Second)
	if told := messages(); told != asleep+1 {
		t.Errorf("%g messages to wake it, want 1", told-asleep)
	}
	if times := l.eventCount("KEDAScaleTargetActivated"); times != 1 {
		t.Errorf("it was woken %d times", times)
	}
}

// Loadline dies of kill -9: everything holds; when it is back it is followed again.
func TestKill(t *testing.T) {
	w := ownWorld(t, "")
	w.gauges.set("waiting_at_source", "killed", 1)
	w.gauges.set("wanted", "killed", 6)
	l := w.scale(t, object{name: "killed", cooldown: toZeroNever, triggers: []string{w.trigger("external", "follow")}})
	l.note("value 6")
	l.reach(6, soon)
	l.note("killed")
	w.loadline.kill()
	w.gauges.set("wanted", "killed", 9)
	l.hold(6, 15*time.Second)
	l.note("back, value 9")
	w.loadline.start(t)
	took := l.reach(9, soon)
	fmt.Printf("followed again %.1f s after its return\n", took.Seconds())
}
