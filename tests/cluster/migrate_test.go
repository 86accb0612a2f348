package cluster

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// What KEDA's own Prometheus triggers lead to, the migrated policy leads to, too, and no replica moves while one takes the other's place.
func TestMigrate(t *testing.T) {
	w := sharedWorld(t)
	const app = "migrated"
	load := func(lag, depth float64) {
		w.gauges.set("wanted", app, lag)
		w.gauges.set("queue_depth", app, depth)
	}
	load(2, 0)
	trigger := `{ type: prometheus, metadata: { serverAddress: "http://%s", query: 'max(%s{app="%s"})', %s } }`
	l := w.scale(t, object{name: app, poll: 2, triggers: []string{
		fmt.Sprintf(trigger, url(w.ports.prometheus), "wanted", app, `threshold: "2", activationThreshold: "3"`),
		fmt.Sprintf(trigger, url(w.ports.prometheus), "queue_depth", app, `threshold: "10"`)}})
	rounds := func(who string) {
		for _, step := range []struct {
			lag, depth float64
			replicas   int
		}{{4, 0, 2}, {4, 35, 4}, {19, 35, 10}, {50, 0, 20}, {5, 0, 3}} {
			l.note("%s: lag %g, depth %g", who, step.lag, step.depth)
			load(step.lag, step.depth)
			l.reach(step.replicas, soon)
		}
	}
	l.note("KEDA: not above the activation")
	l.hold(0, 10*time.Second)
	rounds("KEDA")

	object, err := kubectl("", "get", "scaledobject/"+app, "-o", "yaml")
	must(t, err)
	out := t.TempDir()
	migrate := exec.Command(filepath.Join(root, "build/loadline"), "migrate", "-", "--out", out, "--address", url(w.grpc))
	migrate.Stdin = strings.NewReader(object)
	said, err := migrate.CombinedOutput()
	fmt.Print(string(said))
	must(t, err)
	policy, err := os.ReadFile(filepath.Join(out, "default", app, "policy.yaml"))
	must(t, err)
	w.policy(t, app, string(policy))
	l.note("the migrated ScaledObject is applied")
	_, err = kubectl("", "apply", "-f", filepath.Join(out, "default", app, "scaledobject.yaml"))
	must(t, err)
	l.told("2.5")
	l.hold(3, 15*time.Second)
	rounds("Loadline")
	l.note("Loadline: not above the activation")
	load(2, 0)
	l.reach(0, soon)
}
