package cluster

import (
	"fmt"
	"strings"
	"syscall"
	"testing"
	"time"
)

// atAddress is a further Loadline of the same world, at an address of its own.
func (w *world) atAddress(t *testing.T, address string) *loadline {
	page := fmt.Sprintf("%s:%d", address, w.http)
	l := &loadline{name: w.logName("loadline-" + address), address: page, config: w.file("loadline.yaml"), arguments: []string{
		"--grpc.listen", fmt.Sprintf("%s:%d", address, w.grpc), "--http.listen", page, "--dataDir", w.file("data-" + address)}}
	l.start(t)
	t.Cleanup(l.kill)
	return l
}

func (l *loadline) signal(t *testing.T, which syscall.Signal) {
	t.Helper()
	must(t, l.command.Process.Signal(which))
}

// read is a page of its HTTP port; empty while it cannot be read.
func (l *loadline) read(page string) string { return text("http://" + l.address + page) }

// metric is one of its own numbers, 0 where it has not counted yet.
func (l *loadline) metric(series string) (value float64) {
	_, rest, _ := strings.Cut(l.read("/metrics"), "\n"+series+" ")
	_, _ = fmt.Sscan(rest, &value)
	return value
}

const answered = `loadline_grpc_requests_total{code="OK",method="GetMetrics"}`

// Two pods behind one name, as behind a headless Service. One is killed: the other one is followed. It comes back: it is asked
// again. One is frozen, so that its connection stays and nothing answers: KEDA's calls have no deadline, so the object holds its
// count where one is with the frozen pod, or follows the other one, and does nothing else, until the pod goes on, or the kubelet's
// liveness probe ends it; then it is followed again.
func TestPods(t *testing.T) {
	needNames(t)
	w := quietWorld(t, "")
	const name = "pods.test.svc"
	one, two := w.atAddress(t, "127.0.1.1"), w.atAddress(t, "127.0.1.2")
	setAddresses(t, name, "127.0.1.1", "127.0.1.2")
	w.loadline = two // whose word is in the table
	w.gauges.set("waiting_at_source", "pods", 1)
	w.gauges.set("wanted", "pods", 5)
	l := w.scale(t, object{name: "pods", cooldown: toZeroNever, triggers: []string{
		strings.Replace(w.trigger("external", "follow"), url(w.grpc), fmt.Sprintf("%s:%d", name, w.grpc), 1)}})
	to := func(value float64) { w.gauges.set("wanted", "pods", value) }

	l.note("two pods")
	l.reach(5, soon)
	for _, each := range []*loadline{one, two} {
		l.comes(each.address+" is asked", func() bool { return each.metric(answered) > 0 })
	}
	l.note("one is killed, value 8")
	one.kill()
	to(8)
	l.reach(8, soon)
	l.note("down with the other one, value 6")
	to(6)
	l.reach(6, soon)
	l.note("it is back")
	one.start(t)
	l.comes(one.address+" is asked again", func() bool { return one.metric(answered) > 0 })

	l.note("one is frozen, value 11")
	one.signal(t, syscall.SIGSTOP)
	to(11)
	froze := time.Now()
	for time.Since(froze) < 20*time.Second {
		if s := l.now(); s.spec != 6 && s.spec != 11 {
			t.Errorf("one pod is frozen: %+v, neither held nor followed", s)
			break
		}
		time.Sleep(100 * time.Millisecond)
	}
	fmt.Printf("TestPods: one pod frozen for 20 s: %d replicas, 11 wanted\n", l.now().spec)
	l.note("it goes on")
	one.signal(t, syscall.SIGCONT)
	l.reach(11, soon)

	l.note("one is frozen, value 7")
	one.signal(t, syscall.SIGSTOP)
	to(7)
	time.Sleep(5 * time.Second) // so that calls are with it
	l.note("and killed, as its liveness probe fails")
	one.kill()
	took := l.reach(7, soon)
	fmt.Printf("TestPods: followed again %.1f s after the frozen pod's end\n", took.Seconds())
}
