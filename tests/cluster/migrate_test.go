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
	w := newWorld(t)
	const app = "migrated"
	load := func(lag, depth float64) {
		w.gauges.set("wanted", app, lag)
		w.gauges.set("queue_depth", app, depth)
	}
	load(2, 0)
	text, err := manifest("workload.yaml", "NAME", app, "TYPE", "external", "POLL", "2", "SCALER", "")
	must(t, err)
	text = text[:strings.Index(text, "  triggers:")] + fmt.Sprintf(`  triggers:
    - type: prometheus
      metadata: { serverAddress: "http://%[1]s", query: 'max(wanted{app="%[2]s"})', threshold: "2", activationThreshold: "3" }
    - type: prometheus
      metadata: { serverAddress: "http://%[1]s", query: 'max(queue_depth{app="%[2]s"})', threshold: "10" }
`, url(prometheusPort), app)
	l := w.watch(t, app, text)
	rounds := func(who string) {
		for _, step := range []struct {
			lag, depth float64
			replicas   int
		}{{4, 0, 2}, {4, 35, 4}, {19, 35, 10}, {50, 0, 20}, {5, 0, 3}} {
			l.note(fmt.Sprintf("%s: lag %g, depth %g", who, step.lag, step.depth))
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
	migrate := exec.Command(filepath.Join(root, "build/loadline"), "migrate", "-", "--out", out, "--address", url(grpcPort))
	migrate.Stdin = strings.NewReader(object)
	said, err := migrate.CombinedOutput()
	fmt.Print(string(said))
	must(t, err)
	policy, err := os.ReadFile(filepath.Join(out, "default", app, "policy.yaml"))
	must(t, err)
	must(t, os.WriteFile(path("policies/migrated.yaml"), policy, 0o644))
	t.Cleanup(func() { _ = os.Remove(path("policies/migrated.yaml")) })
	l.note("the migrated ScaledObject is applied")
	_, err = kubectl("", "apply", "-f", filepath.Join(out, "default", app, "scaledobject.yaml"))
	must(t, err)
	must(t, await("Loadline's answer", func() bool { return says(app) == "2.5" }))
	l.hold(3, 15*time.Second)
	rounds("Loadline")
	l.note("Loadline: not above the activation")
	load(2, 0)
	l.reach(0, soon)
}
