package cluster

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"
)

// Fractional values, and those within the HPA's tolerance of what runs, end where each hpa.deadband says: plain is what the HPA makes of
// the wanted number, overshoot gets to it although the HPA would not move, hold says what runs. Where each step rests,
// the HPA model, told what the HPA was told, rests too.
func TestDeadband(t *testing.T) {
	w := sharedWorld(t)
	modes := []string{"plain", "overshoot", "hold"}
	objects := map[string]*workload{}
	for _, mode := range modes {
		name := "deadband-" + mode
		w.policy(t, name, fmt.Sprintf(`apiVersion: loadline.dev/v1
kind: ScalingPolicy
metadata: { name: %s, namespace: default }
spec:
  replicas: { min: 1, max: 20 }
  hpa: { deadband: %s }
  signals: [{ name: wanted, query: 'max(wanted{app="${name}"})', perReplica: 1 }]
`, name, mode))
		w.gauges.set("wanted", name, 1)
		objects[mode] = w.scale(t, object{name: name, min: 1, replicas: 1, triggers: []string{w.trigger("external", name)}})
	}
	follow := setting{name: "where values within the tolerance rest", min: 1, max: 20, behavior: swift}
	traces, began := map[string]string{}, time.Now()
	for _, step := range []struct {
		value                  float64
		plain, overshoot, hold int
	}{{10, 10, 10, 10}, {10.5, 10, 11, 10}, {13.2, 14, 14, 14}, {15, 14, 15, 14}, {12.9, 14, 13, 13}, {4.25, 5, 5, 5}, {5.5, 5, 6, 6},
		{4.51, 5, 5, 5}, {3.001, 4, 4, 4}, {0.4, 1, 1, 1}} {
		counts := map[string]int{"plain": step.plain, "overshoot": step.overshoot, "hold": step.hold}
		for mode, l := range objects {
			l.note("value %g, %s", step.value, mode)
			l.wanted(counts[mode])
			w.gauges.set("wanted", l.app, step.value)
		}
		for _, mode := range modes {
			objects[mode].rests(counts[mode], 2*time.Second)
		}
		for _, mode := range modes {
			objects[mode].rests(counts[mode], 1*time.Second)
			said, err := strconv.ParseFloat(w.says("default", objects[mode].app), 64)
			must(t, err)
			traces[mode] += row{At: math.Round(time.Since(began).Seconds()*1000) / 1000, Spec: counts[mode], Status: counts[mode],
				Values: told([]float64{said}), After: objects[mode].now().spec}.line(t)
		}
	}

	folder := t.TempDir()
	for mode, trace := range traces {
		must(t, os.WriteFile(filepath.Join(folder, mode+".jsonl"), []byte(follow.header(kubernetesVersion(t))+trace), 0o644))
	}
	checkModelOn(t, folder)
}
