package client

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/kedacore/keda/v2/pkg/scalers/scalersconfig"
)

func TestRule1APollAsksForTheSpecThenTheNumberThenTheActivity(t *testing.T) {
	s := serve(t, map[string]float64{"app": 4})
	o := objectOf(t, configOf(s.grpc, "external", "app"))
	a, err := o.poll(within(t, 10*time.Second))
	must(t, err)
	if a.name != "s0-loadline-worker" || a.target != "1" || a.value != "4" || !a.active {
		t.Errorf("%+v", a)
	}
}

func TestRule20NumbersReachTheHPAInThousandths(t *testing.T) {
	given := map[string]float64{"zero": 0, "tiny": 0.0004, "half": 2.5, "edge": 7.001, "many": 99999, "all": 5e9}
	s := serve(t, given)
	for app, wanted := range map[string]string{"zero": "0", "tiny": "0 active", "half": "2.5 active",
		"edge": "7.001 active", "many": "99999 active", "all": "100000 active"} {
		objectOf(t, configOf(s.grpc, "external", app)).becomes(wanted)
	}
}

func TestRule39AnErrorSaysWhy(t *testing.T) {
	s := serve(t, nil)
	said := objectOf(t, configOf(s.grpc, "external", "nothing")).says()
	if !strings.Contains(said, "code = Unavailable desc = ") || !strings.Contains(said, "signal number: ") {
		t.Error(said)
	}
}

func TestRule37AndS5AnUnknownPolicyHasASpecAndAnErrorThatSaysSo(t *testing.T) {
	s := serve(t, map[string]float64{"app": 4})
	o := objectOf(t, configOf(s.grpc, "external", "app", metadata("policy", "wroker")))
	a, err := o.poll(within(t, 10*time.Second))
	if a.name != "s0-loadline-wroker" || a.target != "1" {
		t.Errorf("%+v", a)
	}
	if err == nil || !strings.Contains(err.Error(), "did you mean worker?") {
		t.Error(err)
	}
	must(t, os.WriteFile(filepath.Join(s.folder, "policies/wroker.yaml"), []byte(policy("wroker", "1s")), 0o644))
	o.becomes("4 active")
}

func TestRule12AParameterMayComeFromTheEnvironment(t *testing.T) {
	s := serve(t, map[string]float64{"orders": 4})
	resolved := func(value string) change {
		return func(config *scalersconfig.ScalerConfig) { config.ResolvedEnv["APP"] = value }
	}
	objectOf(t, configOf(s.grpc, "external", "app", without("app"), metadata("appFromEnv", "APP"), resolved("orders"))).
		becomes("4 active")
	// KEDA leaves an empty one out.
	said := objectOf(t, configOf(s.grpc, "external", "app", without("app"), metadata("appFromEnv", "APP"), resolved(""))).says()
	if !strings.Contains(said, "code = InvalidArgument") || !strings.Contains(said, "appFromEnv") {
		t.Error(said)
	}
}

func TestRule5AfterAnErrorTheRebuiltClientIsAnsweredAtOnce(t *testing.T) {
	s := serve(t, nil)
	d := doorTo(t, s)
	o := objectOf(t, configOf(d.address, "external", "app"))
	o.says() // waits for the first decision
	before, connections := s.calls("GetMetrics"), d.passed.Load()
	a, err := o.poll(within(t, 10*time.Second))
	if err == nil || a.latency > 500*time.Millisecond {
		t.Errorf("%v after %s", err, a.latency)
	}
	if asked := s.calls("GetMetrics") - before; asked != 2 {
		t.Errorf("asked %d times, and not once more at once", asked)
	}
	s.numbers.set("app", 4)
	o.becomes("4 active")
	if d.passed.Load() == connections {
		t.Error("the client was not rebuilt")
	}
}

func TestS14EachFailedPollMayComeOverAConnectionOfItsOwn(t *testing.T) {
	s := serve(t, nil)
	d := doorTo(t, s)
	o := objectOf(t, configOf(d.address, "external", "app"))
	o.says()
	files, polls := s.files(), int64(100)
	before := d.passed.Load()
	for range polls {
		if said := o.says(); !strings.Contains(said, "signal number: ") {
			t.Fatal(said)
		}
	}
	if made := d.passed.Load() - before; made < polls {
		t.Errorf("%d connections for %d polls", made, polls)
	}
	await(t, "connections that were closed are let go", func() bool { return s.files() <= files+5 })
	s.numbers.set("app", 4)
	o.becomes("4 active")
}

func TestRules9And14ManyObjectsAskAtOnceOverOneConnection(t *testing.T) {
	s := serve(t, map[string]float64{"app": 4})
	d := doorTo(t, s)
	operator := func() (objects []*object) {
		for i := range 500 {
			objects = append(objects, objectOf(t, configOf(d.address, "external", fmt.Sprintf("app-%d", i), metadata("app", "app"),
				metadata("policy", "holding"))))
		}
		return objects
	}
	// ask has all of them ask at once, and says how many are told their number.
	ask := func(objects []*object) int64 {
		var all sync.WaitGroup
		var told atomic.Int64
		for _, each := range objects {
			all.Go(func() {
				if each.says() == "4 active" {
					told.Add(1)
				}
			})
		}
		all.Wait()
		return told.Load()
	}
	first := operator()
	await(t, "each has a first decision", func() bool { return ask(first) == 500 })
	for _, each := range first {
		each.close()
	}
	if told := ask(operator()); told != 500 {
		t.Errorf("only %d are told their number when another operator takes over", told)
	}
	if made := d.passed.Load(); made != 2 {
		t.Errorf("%d connections, and not one for each operator", made)
	}
}

func TestS2AfterARestartPollsRecoverAtTheirNextTurn(t *testing.T) {
	s := serve(t, map[string]float64{"app": 4})
	o := objectOf(t, configOf(s.grpc, "external", "app"))
	o.becomes("4 active")
	s.signal(syscall.SIGKILL)
	<-s.ended
	if said := o.says(); !strings.Contains(said, "got empty metric spec") {
		t.Error(said)
	}
	s.start()
	if said := o.says(); said != "4 active" {
		t.Error(said)
	}
}

func TestS3AFrozenServerHoldsAPollAndThenAnswersIt(t *testing.T) {
	s := serve(t, map[string]float64{"app": 4})
	o := objectOf(t, configOf(s.grpc, "external", "app", metadata("policy", "holding")))
	o.becomes("4 active")
	s.numbers.delay.Store(int64(4 * time.Second)) // nothing new is decided on the way
	s.freeze()
	told := make(chan string, 1)
	go func() { told <- o.says() }()
	select {
	case said := <-told:
		t.Fatalf("a frozen server said %q", said)
	case <-time.After(2 * time.Second):
	}
	s.signal(syscall.SIGCONT)
	began := time.Now()
	if said := <-told; said != "4 active" || time.Since(began) > 5*time.Second {
		t.Errorf("%q after %s", said, time.Since(began))
	}
}

func TestS17ASlowSourceMakesNoPollSlow(t *testing.T) {
	s := serve(t, map[string]float64{"app": 4})
	o := objectOf(t, configOf(s.grpc, "external", "app", metadata("policy", "holding")))
	o.becomes("4 active")
	s.numbers.delay.Store(int64(2 * time.Second))
	first := objectOf(t, configOf(s.grpc, "external", "late", metadata("policy", "holding"), metadata("app", "app")))
	if a, err := first.poll(within(t, 10*time.Second)); a.latency > 2500*time.Millisecond {
		t.Errorf("the first one took %s: %v", a.latency, err) // two tries of a second each at most
	}
	for range 20 {
		if a, err := o.poll(within(t, 10*time.Second)); err != nil || a.latency > 500*time.Millisecond {
			t.Errorf("%s: %v", a.latency, err)
		}
	}
}
