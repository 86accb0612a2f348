package cluster

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

type job struct {
	Metadata struct{ Name string }
	Status   struct {
		Conditions []struct{ Type, Status string }
	}
}

func (j job) finished() bool { return len(j.Status.Conditions) > 0 }

// jobs are those that KEDA made of a ScaledJob.
func jobs(t *testing.T, admin administrator, namespace, name string) (unfinished []job) {
	t.Helper()
	var list struct{ Items []job }
	must(t, admin.ask(http.MethodGet, "/apis/batch/v1/namespaces/"+namespace+"/jobs?labelSelector=scaledjob.keda.sh/name%3D"+name, "", &list))
	for _, each := range list.Items {
		if !each.finished() {
			unfinished = append(unfinished, each)
		}
	}
	return unfinished
}

// finish says of a Job that it is complete: there is no controller of Jobs that would.
func finish(t *testing.T, admin administrator, each job) {
	t.Helper()
	now := time.Now().UTC().Format(time.RFC3339)
	must(t, admin.ask(http.MethodPatch, "/apis/batch/v1/namespaces/default/jobs/"+each.Metadata.Name+"/status", fmt.Sprintf(
		`{"status":{"startTime":%q,"completionTime":%q,"conditions":[{"type":"SuccessCriteriaMet","status":"True","lastTransitionTime":%q},{"type":"Complete","status":"True","lastTransitionTime":%q}]}}`,
		now, now, now, now), nil))
}

// KEDA makes as many Jobs as Loadline says, those that run already counted in; a fraction is a whole Job; and it makes none while
// Loadline is not asked for any, has an error, or the ScaledJob's maximum is reached.
func TestScaledJob(t *testing.T) {
	w := sharedWorld(t)
	admin := newAdministrator(t)
	const name = "crunch"
	w.policy(t, name, `apiVersion: loadline.dev/v1
kind: ScalingPolicy
metadata: { name: crunch, namespace: default }
spec:
  replicas: { min: 0, max: 20 }
  signals: [{ name: items, query: 'max(items{app="${name}"})', perReplica: 10 }]
  onMissing: { hold: 3s, then: error }
`)
	items := func(n float64) { w.gauges.set("items", name, n) }
	items(0)
	apply(t, fmt.Sprintf(`apiVersion: keda.sh/v1alpha1
kind: ScaledJob
metadata: { name: %[1]s }
spec:
  pollingInterval: 2
  maxReplicaCount: 8
  successfulJobsHistoryLimit: 0
  jobTargetRef: { template: { spec: { restartPolicy: Never, containers: [{ name: worker, image: none }] } } }
  triggers: [%[2]s]
`, name, ofJob(w.trigger("external", name))))
	t.Cleanup(func() {
		_, _ = kubectl("", "delete", "--ignore-not-found", "scaledjob/"+name)
		_, _ = kubectl("", "delete", "jobs", "-l", "scaledjob.keda.sh/name="+name)
	})
	began, last := time.Now(), ""
	table := []string{fmt.Sprintf("%7s  %-56s %-12s %6s %6s  %s", "seconds", "step", "metric", "wanted", "actual", "Loadline says")}
	t.Cleanup(func() { fmt.Println("TestScaledJob: default/" + name + "\n" + strings.Join(table, "\n")) })
	look := func(step string, wanted int) int {
		actual := len(jobs(t, admin, "default", name))
		row := fmt.Sprintf("%-56s %-12s %6d %6d  %s", step, w.gauges.about(name), wanted, actual, short(w.says("default", name), 60))
		if row != last {
			table, last = append(table, fmt.Sprintf("%7.2f  %s", time.Since(began).Seconds(), row)), row
		}
		return actual
	}
	reach := func(step string, wanted int) {
		t.Helper()
		for start := time.Now(); time.Since(start) < soon; time.Sleep(100 * time.Millisecond) {
			if look(step, wanted) == wanted {
				return
			}
		}
		t.Errorf("%s: not %d unfinished Jobs, but %d", step, wanted, len(jobs(t, admin, "default", name)))
	}
	hold := func(step string, wanted int) {
		t.Helper()
		for start := time.Now(); time.Since(start) < 8*time.Second; time.Sleep(100 * time.Millisecond) {
			if actual := look(step, wanted); actual != wanted {
				t.Errorf("%s: %d unfinished Jobs, want %d", step, actual, wanted)
				return
			}
		}
	}
	hold("nothing to do", 0)
	items(21)
	reach("21 items: 2.1 replicas, 3 Jobs", 3)
	hold("the Jobs that run count", 3)
	items(50)
	reach("50 items: 2 Jobs more", 5)
	items(20)
	hold("20 items: Jobs are not taken back", 5)
	done := jobs(t, admin, "default", name)
	for _, each := range done[:min(4, len(done))] {
		finish(t, admin, each)
	}
	reach("4 Jobs are done: 1 Job more", 2)
	items(300)
	reach("300 items: the ScaledJob's own maximum", 8)
	w.gauges.remove("items", name)
	for _, each := range jobs(t, admin, "default", name) {
		finish(t, admin, each)
	}
	began3 := time.Now()
	for time.Since(began3) < patience && !strings.HasPrefix(w.says("default", name), "error: ") {
		look("no data: what is held may still make Jobs", 0)
		time.Sleep(100 * time.Millisecond)
	}
	for _, each := range jobs(t, admin, "default", name) {
		finish(t, admin, each)
	}
	hold("an error: no Jobs", 0)
	items(10)
	reach("10 items again", 1)
}
