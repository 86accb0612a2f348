package cluster

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// fixed is a policy that wants a number of replicas; further lines go into its spec.
func fixed(name, scope string, replicas int, more string) string {
	return fmt.Sprintf(`apiVersion: loadline.dev/v1
kind: ScalingPolicy
metadata: { name: %s%s }
spec:
  replicas: { min: 1, max: 20 }
  hpa: { deadband: plain }
  signals: [{ name: wanted, replicas: %d }]
%s
`, name, scope, replicas, more)
}

// A policy is changed, broken, mended and removed while KEDA follows it: a change counts at once, of what is broken its last good
// version stays in force, and without a policy KEDA gets an error that says so, and the count holds.
func TestPolicyChanges(t *testing.T) {
	w := sharedWorld(t)
	const inDefault = ", namespace: default"
	w.policy(t, "changing", fixed("changing", inDefault, 3, ""))
	l := w.scale(t, object{name: "changing", min: 1, replicas: 1, triggers: []string{w.trigger("external", "changing")}})
	l.note("3 wanted")
	l.reach(3, soon)
	l.note("changed: 7 wanted")
	w.policy(t, "changing", fixed("changing", inDefault, 7, ""))
	l.reach(7, soon)
	l.note("broken: a field that there is not")
	w.policy(t, "changing", fixed("changing", inDefault, 2, "  replica: 2"))
	l.comes("the problem is told", func() bool { return strings.Contains(w.loadline.read("/readyz"), "replica") })
	l.hold(7, 10*time.Second)
	l.note("broken: no YAML")
	w.policy(t, "changing", "apiVersion: loadline.dev/v1\nkind: [")
	l.comes("the problem is told", func() bool { return strings.Contains(w.loadline.read("/readyz"), "not YAML") })
	l.hold(7, 10*time.Second)
	l.note("mended: 4 wanted")
	w.policy(t, "changing", fixed("changing", inDefault, 4, ""))
	l.reach(4, soon)
	l.note("removed")
	w.removePolicy(t, "changing")
	l.told("error: ")
	l.event("changing")
	l.hold(4, 10*time.Second)
	l.note("there again: 6 wanted")
	w.policy(t, "changing", fixed("changing", inDefault, 6, ""))
	l.reach(6, soon)
}

// A shared policy counts in the namespaces that it admits, and in no other; a policy of one namespace in that one. What may not be
// used is an error that names it, with the HPA made all the same, and counts as soon as it may be.
func TestNamespaces(t *testing.T) {
	w := sharedWorld(t)
	for _, each := range []string{"team-a", "other"} {
		_, _ = kubectl("", "create", "namespace", each)
	}
	admits := func(namespaces string) string { return fixed("admits", "", 4, "  allowedNamespaces: ["+namespaces+"]") }
	w.policy(t, "admits", admits(`"team-*"`))
	w.policy(t, "theirs", fixed("theirs", ", namespace: team-a", 5, ""))
	in := func(namespace, name, policy string) *workload {
		l := w.scale(t, object{namespace: namespace, name: name, min: 1, replicas: 2, triggers: []string{w.trigger("external", policy)}})
		l.note("policy %s in %s", policy, namespace)
		return l
	}
	admitted, refused := in("team-a", "admitted", "admits"), in("other", "not-admitted", "admits")
	own, foreign := in("team-a", "own", "theirs"), in("other", "foreign", "theirs")
	admitted.reach(4, soon)
	own.reach(5, soon)
	for _, each := range []*workload{refused, foreign} {
		each.told("error: ")
		each.event("namespace")
		each.hold(2, 5*time.Second)
	}
	w.policy(t, "admits", admits(`"team-*", other`))
	refused.note("admitted now")
	refused.reach(4, soon)
	foreign.hold(2, time.Second)
}

// Two triggers of one object are both Loadline's: of two policies, or of one with different parameters. They are metrics of their own
// to the HPA, which goes by the highest; while one has an error, the other one may still raise the count, and nothing lowers it.
func TestTwoTriggers(t *testing.T) {
	w := sharedWorld(t)
	w.policy(t, "topics", `apiVersion: loadline.dev/v1
kind: ScalingPolicy
metadata: { name: topics, namespace: default }
spec:
  parameters: { topic: { pattern: "[a-z]+" } }
  replicas: { min: 1, max: 20 }
  hpa: { deadband: plain }
  signals: [{ name: lag, query: 'max(lag_${topic}{app="${name}"})', perReplica: 10 }]
  onMissing: { hold: 3s, then: error }
`)
	const app = "two"
	set := func(orders, mails, wanted float64) {
		w.gauges.set("lag_orders", app, orders)
		w.gauges.set("lag_mails", app, mails)
		w.gauges.set("wanted", app, wanted)
	}
	set(10, 10, 1)
	l := w.scale(t, object{name: app, min: 1, replicas: 1, triggers: []string{
		w.trigger("external", "topics", "topic: orders"), w.trigger("external", "topics", "topic: mails"), w.trigger("external", "follow")}})
	l.comes("three decisions, each its own", func() bool { return strings.Count(w.says("default", app), ",") == 2 })
	for _, step := range []struct {
		orders, mails, wanted float64
		replicas              int
	}{{40, 10, 1, 4}, {40, 65, 1, 7}, {40, 65, 11, 11}, {20, 31, 2, 4}} {
		l.note("orders %g, mails %g, follow %g", step.orders, step.mails, step.wanted)
		set(step.orders, step.mails, step.wanted)
		l.reach(step.replicas, soon)
	}
	l.note("mails are lost, orders 10: nothing goes down")
	w.gauges.remove("lag_mails", app)
	w.gauges.set("lag_orders", app, 10)
	l.comes("an error of mails", func() bool {
		return strings.Contains(w.says("default", app), "error: policy default/topics: signal lag")
	})
	l.hold(4, 8*time.Second)
	l.note("mails are lost, orders 90: up all the same")
	w.gauges.set("lag_orders", app, 90)
	l.reach(9, soon)
	l.note("mails 20, orders 20")
	set(20, 20, 1)
	l.reach(2, soon)
}
