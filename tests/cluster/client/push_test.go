package client

import (
	"fmt"
	"reflect"
	"sync"
	"testing"
	"time"

	v2 "k8s.io/api/autoscaling/v2"
)

func TestRule40AStreamTellsTheStateThenEachWakeOnce(t *testing.T) {
	s := serve(t, map[string]float64{"app": 0})
	p := push(t, configOf(s.grpc, "external-push", "app"))
	p.hears(false, 10*time.Second)
	for _, wake := range []float64{3, 8} {
		for _, number := range []float64{wake, wake + 1, wake + 2} {
			s.numbers.set("app", number)
			p.becomes(fmt.Sprintf("%g active", number))
		}
		p.hears(true, 5*time.Second)
		s.numbers.set("app", 0)
		p.becomes("0")
		p.hearsNothing()
	}
}

func TestS12AWakeIsToldAtTheNextTick(t *testing.T) {
	s := serve(t, map[string]float64{"app": 0})
	p := push(t, configOf(s.grpc, "external-push", "app"))
	p.hears(false, 10*time.Second)
	s.numbers.set("app", 3)
	if took := p.hears(true, 10*time.Second); took > 2*time.Second {
		t.Errorf("%s, with a tick each 500 ms", took)
	}
}

func TestRule41StreamsEndCleanlySoTheyComeBackQuicklyEachTime(t *testing.T) {
	given := map[string]float64{"app": 3}
	old := serve(t, given)
	d := doorTo(t, old)
	p := push(t, configOf(d.address, "external-push", "app"))
	p.hears(true, 10*time.Second)
	// After an end that is not clean KEDA waits 2 s, then 4, then 8.
	for drain := range 3 {
		next := serve(t, given)
		d.to.Store(next)
		old.stop()
		if took := p.hears(true, 20*time.Second); took > 5*time.Second {
			t.Errorf("back after %s at drain %d", took, drain+1)
		}
		old = next
	}
}

func TestS1WhileDataIsMissingForAMomentPollsSucceedAndTheStreamStays(t *testing.T) {
	s := serve(t, map[string]float64{"app": 3})
	p := push(t, configOf(s.grpc, "external-push", "app", metadata("policy", "holding")))
	p.hears(true, 10*time.Second)
	p.becomes("3 active")
	ended := s.calls("StreamIsActive")
	s.numbers.remove("app")
	for asked := s.numbers.asked.Load(); s.numbers.asked.Load() < asked+10; {
		if said := p.says(); said != "3 active" {
			t.Fatal(said) // which would end the stream
		}
	}
	if s.calls("StreamIsActive") != ended || s.openStreams() != 2 {
		t.Errorf("streams have ended; %d are open", s.openStreams())
	}
	p.hearsNothing()
}

func TestRule42TheStreamOfSpecsSaysWhatGetMetricSpecSays(t *testing.T) {
	s := serve(t, map[string]float64{"app": 3})
	p := push(t, configOf(s.grpc, "external-push", "app"))
	select {
	case specs := <-p.specs():
		if asked := p.scaler.GetMetricSpecForScaling(within(t, 10*time.Second)); !reflect.DeepEqual(specs, asked) {
			t.Errorf("%v, and %v", specs, asked)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("no spec within 10 s")
	}
	for _, number := range []float64{4, 5, 0, 6} {
		s.numbers.set("app", number)
		await(t, "followed", func() bool { return p.says() == fmt.Sprintf("%g active", number) || number == 0 && p.says() == "0" })
	}
	select {
	case specs := <-p.specs():
		t.Errorf("specs again: %v", specs)
	default:
	}
}

func TestS6AfterAStreamedSpecPollsLeaveGetMetricSpecOut(t *testing.T) {
	s := serve(t, map[string]float64{"app": 3})
	p := push(t, configOf(s.grpc, "external-push", "app"))
	var specs []v2.MetricSpec
	select {
	case specs = <-p.specs():
	case <-time.After(10 * time.Second):
		t.Fatal("no spec within 10 s")
	}
	if !p.cache.UpdateMetricSpecForScaler(0, specs, "", 0) {
		t.Fatal("KEDA's cache does not take the specs")
	}
	p.becomes("3 active")
	if asked := s.calls("GetMetricSpec"); asked != 0 {
		t.Errorf("GetMetricSpec was asked %d times", asked)
	}
}

func TestS4ManyStreamsOverOneConnectionStarveNobody(t *testing.T) {
	const objects = 150 // two streams each
	given := map[string]float64{}
	name := func(i int) string { return fmt.Sprintf("app-%d", i) }
	for i := range objects {
		given[name(i)] = float64(i + 1)
	}
	s := serve(t, given)
	d := doorTo(t, s)
	all := make([]*pushed, objects)
	for i := range all {
		all[i] = push(t, configOf(d.address, "external-push", name(i), metadata("policy", "holding")))
	}
	var asking sync.WaitGroup
	for i, each := range all {
		asking.Go(func() {
			// One that starves never comes back.
			said, wanted := "", fmt.Sprintf("%d active", i+1)
			for end := time.Now().Add(20 * time.Second); said != wanted; said = each.says() {
				if time.Now().After(end) {
					t.Errorf("%s: %s", name(i), said)
					return
				}
			}
		})
	}
	asking.Wait()
	for _, each := range all {
		each.hears(true, 10*time.Second)
	}
	await(t, "all streams are open", func() bool { return s.openStreams() == 2*objects })
	if d.passed.Load() != 1 {
		t.Errorf("%d connections", d.passed.Load())
	}
}
