package cluster

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

const tries = 3

// enough is how many steps of a setting count where what follows them is in doubt. What is kept as a recording is whole.
func enough() int {
	if os.Getenv("CLUSTER_RECORD") != "" {
		return math.MaxInt
	}
	return 8
}

// What the HPA controller does in each setting of hpa_settings_test.go is written down, a line for each of its syncs, and
// given to the model in src/scaling/hpa.h.
func TestHpa(t *testing.T) {
	crew, err := manifest("crew.yaml")
	must(t, err)
	_, err = kubectl(crew, "apply", "-f", "-")
	must(t, err)
	_, err = kubectl("", "wait", "--for", "condition=Established", "crd/crews.cluster.test")
	must(t, err)
	seed := time.Now().Unix()
	if given := os.Getenv("LOADLINE_SEED"); given != "" {
		seed, err = strconv.ParseInt(given, 10, 64)
		must(t, err)
	}
	fmt.Printf("LOADLINE_SEED=%d\n", seed)
	numbers, admin := serveNumbers(t), newAdministrator(t)
	version := kubernetesVersion(t)

	var all sync.WaitGroup
	for i, each := range settings {
		if each.slow && os.Getenv("CLUSTER_SLOW") == "" {
			continue
		}
		file := traceFile(t, each.name)
		all.Add(1)
		go func() {
			defer all.Done()
			var rows []row
			var r *recorder
			err := fmt.Errorf("not tried")
			for try := 0; try < tries && err != nil && len(rows) < enough(); try++ { // this machine may be too slow now and then
				hpa := fmt.Sprintf("hpa%d-%d", i, try)
				r = &recorder{setting: each, hpa: hpa, asks: numbers.of(hpa), admin: admin, random: rand.New(rand.NewSource(seed + int64(i))), seen: map[string]int{}}
				rows, err = r.record()
			}
			if err != nil && len(rows) < enough() {
				t.Errorf("%s: tried %d times: %v", each.name, tries, err)
				return
			}
			if err != nil {
				fmt.Printf("%s: what came before counts: %v\n", each.name, err)
			}
			text := r.header(version)
			for _, each := range rows {
				text += each.line(t)
			}
			if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
				t.Error(err)
			}
			fmt.Printf("%3d steps: %s %v\n", len(rows), r.name, r.seen)
		}()
	}
	all.Wait()
	checkModel(t)
}

// ---- traces ----

// row is a line of a trace: one sync.
type row struct {
	At     float64    `json:"at"`               // seconds
	Spec   int        `json:"spec"`             // the target's replicas, of the spec
	Status int        `json:"status"`           // and of the status
	Values []*float64 `json:"values,omitempty"` // null: missing; no values: the HPA did not ask
	After  int        `json:"after"`            // of the spec, when the sync was done
	Why    string     `json:"why,omitempty"`    // what the HPA's conditions say, where they do not say that all is well
}

func (r row) line(t *testing.T) string {
	text, err := json.Marshal(r)
	must(t, err)
	return string(text) + "\n"
}

func kubernetesVersion(t *testing.T) string {
	text, err := kubectl("", "get", "--raw", "/version")
	must(t, err)
	var version struct{ GitVersion string }
	must(t, json.Unmarshal([]byte(text), &version))
	return version.GitVersion
}

// traces is the folder of this run's traces: with CLUSTER_RECORD=1 the repository's.
func traces() string {
	if os.Getenv("CLUSTER_RECORD") != "" {
		return filepath.Join(root, "tests/cluster/traces")
	}
	return path("traces")
}

// traceFile names a trace like a sentence.
func traceFile(t *testing.T, sentence string) string {
	must(t, os.MkdirAll(traces(), 0o755))
	words := regexp.MustCompile(`[^a-z0-9]+`).ReplaceAllString(strings.ToLower(sentence), "-")
	return filepath.Join(traces(), strings.Trim(words, "-")+".jsonl")
}

// checkModel fails where the model does something else than the HPA did.
func checkModel(t *testing.T) { checkModelOn(t, traces()) }

func checkModelOn(t *testing.T, folder string) {
	out, err := exec.Command(filepath.Join(root, "build/tests/hpa_check"), folder).CombinedOutput()
	fmt.Printf("the HPA model on these traces:\n%s", out)
	if err != nil {
		t.Error("the HPA model differs from the HPA")
	}
}

// ---- recording ----

type recorder struct {
	setting
	hpa    string
	asks   *asks
	admin  administrator
	random *rand.Rand
	began  time.Time
	seen   map[string]int // reasons of the HPA's conditions, and how often
}

const (
	crews = "/apis/cluster.test/v1/namespaces/default/crews"
	hpas  = "/apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers"
)

func (r *recorder) crew() string {
	return fmt.Sprintf(`{"apiVersion":"cluster.test/v1","kind":"Crew","metadata":{"name":%q},"spec":{"replicas":%d}}`, r.hpa, r.start)
}

func (r *recorder) autoscaler() string {
	metrics := []string{}
	for i := 0; i < r.metrics; i++ {
		metrics = append(metrics, fmt.Sprintf(
			`{"type":"External","external":{"metric":{"name":"%s.%d"},"target":{"type":"AverageValue","averageValue":"1"}}}`, r.hpa, i))
	}
	return fmt.Sprintf(`{"apiVersion":"autoscaling/v2","kind":"HorizontalPodAutoscaler","metadata":{"name":%q},"spec":{
		"scaleTargetRef":{"apiVersion":"cluster.test/v1","kind":"Crew","name":%q},
		"minReplicas":%d,"maxReplicas":%d,"metrics":[%s]%s}}`, r.hpa, r.hpa, r.min, r.max, strings.Join(metrics, ","), r.stated())
}

// stated is the behavior's field, nothing without one.
func (s setting) stated() string {
	if s.behavior == "" {
		return ""
	}
	return `,"behavior":` + strings.Join(strings.Fields(s.behavior), "")
}

// header is the first line of a trace.
func (s setting) header(version string) string {
	return fmt.Sprintf("{\"kubernetes\":%q,\"setting\":%q,\"min\":%d,\"max\":%d%s}\n", version, s.name, s.min, s.max, s.stated())
}

// record writes steps down until the last one, or one that is in doubt.
func (r *recorder) record() (rows []row, err error) {
	script, err := steps(r.script)
	if err != nil {
		return nil, err
	}
	if err = r.admin.ask(http.MethodPost, crews, r.crew(), nil); err != nil {
		return nil, err
	}
	defer func() {
		_ = r.admin.ask(http.MethodDelete, hpas+"/"+r.hpa, "", nil)
		_ = r.admin.ask(http.MethodDelete, crews+"/"+r.hpa, "", nil)
	}()
	replicas := r.start
	for i, each := range script {
		one, err := r.sync(each, replicas, i == 0)
		if err != nil {
			return rows, fmt.Errorf("step %d: %w", i+1, err)
		}
		if age := r.doubtful(rows, one.At); age > 0 {
			return rows, fmt.Errorf("step %d: a sync %.2f s after another, too near to a window or a period: this machine is too slow", i+1, age)
		}
		replicas = one.After
		rows = append(rows, one)
	}
	return rows, nil
}

// periods are the behavior's windows and periods, with the default of those policies that it leaves out.
func (s setting) periods() string {
	if s.behavior == "" || strings.Count(s.behavior, "policies")+strings.Count(s.behavior, "Disabled") == 2 {
		return s.behavior
	}
	return s.behavior + `"periodSeconds":15`
}

var durations = regexp.MustCompile(`Seconds":(\d+)`)

// doubtful finds an earlier sync that is about as old as a window or a period. The controller takes the time of a change when
// the change is made, which is some tenths of a second after the ask that a trace holds: whether it counts cannot be said.
// Minutes cannot be kept clear of like that. They matter once in a trace at most, where the recording shows it.
func (r *recorder) doubtful(rows []row, at float64) (age float64) {
	for _, each := range durations.FindAllStringSubmatch(r.periods(), -1) {
		seconds, _ := strconv.ParseFloat(each[1], 64)
		for _, row := range rows {
			if age := at - row.At; seconds > 1 && seconds < 60 && age > seconds-0.05 && age < seconds+0.4 {
				return age
			}
		}
	}
	return 0
}

// sync prepares a step and writes down the sync that follows.
func (r *recorder) sync(s step, replicas int, first bool) (one row, err error) {
	one.Spec = replicas
	if s.byHand == nil && s.drawn && r.random.Intn(20) == 0 {
		byHand := 1 + r.random.Intn(r.max+3)
		s.byHand = &byHand
	}
	if s.byHand != nil {
		one.Spec = *s.byHand
		if err = r.set("/"+r.hpa, `{"spec":{"replicas":%d}}`, one.Spec); err != nil {
			return one, err
		}
	}
	one.Status = one.Spec
	if s.drawn && r.random.Intn(10) == 0 {
		one.Status = r.random.Intn(one.Spec + 3)
	}
	if s.status != nil {
		one.Status = *s.status
	}
	if err = r.set("/"+r.hpa+"/status", `{"status":{"replicas":%d,"selector":"crew=`+r.hpa+`"}}`, one.Status); err != nil {
		return one, err
	}
	values := s.values
	if s.drawn {
		values = r.draw(one.Status)
	}
	asked := r.asks.step(values, func() string {
		if now, err := r.replicas(); err != nil || now != one.Spec {
			return fmt.Sprintf("%d replicas at a sync, not %d (%v): this machine is too slow", now, one.Spec, err)
		}
		return ""
	})
	if first {
		if err = r.admin.ask(http.MethodPost, hpas, r.autoscaler(), nil); err != nil {
			return one, err
		}
	}
	at, was, err := r.await(asked, one.Spec, first)
	if err != nil {
		return one, err
	}
	if first {
		r.began = at
	}
	one.At = math.Round(at.Sub(r.began).Seconds()*1000) / 1000
	if was {
		one.Values = told(values)
	}
	time.Sleep(700 * time.Millisecond) // the sync ends, and the next one comes 2 s after it
	if one.Why, err = r.why(was); err != nil {
		return one, err
	}
	r.seen[one.Why]++
	if one.After, err = r.replicas(); err != nil {
		return one, err
	}
	if wrong := r.asks.end(); wrong != "" {
		return one, fmt.Errorf("%s", wrong)
	}
	return one, nil
}

// draw takes values from where the HPA's decisions change, most of all from around the edges of its tolerance.
func (r *recorder) draw(replicas int) (values []float64) {
	n := float64(replicas)
	below := max(0, 0.9*n-0.001) // what is negative is more than any number to the HPA; KEDA lets nothing of that kind through
	for i := 0; i < r.metrics; i++ {
		near := []float64{0, n, 0.9 * n, below, 1.1 * n, 1.1*n + 0.001, n + 1, n / 2, 2 * n, 3 * n, float64(r.max) + 5,
			float64(r.random.Intn(1000*r.max)) / 1000, float64(r.random.Intn(1000*r.max)) / 1000, noSuchMetric, metricFails}
		values = append(values, near[r.random.Intn(len(near))])
	}
	return values
}

// told is what a trace says of values: null where one is missing.
func told(values []float64) (list []*float64) {
	for _, each := range values {
		if missing(each) {
			list = append(list, nil)
			continue
		}
		thousandths := math.Round(each*1000) / 1000
		list = append(list, &thousandths)
	}
	return list
}

// await waits for the sync of the step: it asks for the metrics, or, where it need not, changes the replicas. At none it
// rests.
func (r *recorder) await(asked <-chan ask, spec int, first bool) (at time.Time, was bool, err error) {
	patience := 10 * time.Second
	switch {
	case first:
		patience = 60 * time.Second // until the controller looks again for kinds that it does not know
	case spec == 0:
		patience = 3 * time.Second
	}
	outside := spec > r.max || spec < r.min
	for end := time.Now().Add(patience); time.Now().Before(end); {
		select {
		case one := <-asked:
			if !first && one.since < 100*time.Millisecond {
				return at, true, fmt.Errorf("a sync just when its step was prepared: this machine is too slow")
			}
			return one.at, true, nil
		case <-time.After(50 * time.Millisecond):
		}
		if !outside {
			continue
		}
		if now, err := r.replicas(); err != nil || now != spec {
			return time.Now(), false, err
		}
	}
	if spec == 0 {
		return time.Now(), false, nil
	}
	return at, false, fmt.Errorf("no sync within %s", patience)
}

func (r *recorder) set(resource, format string, replicas int) error {
	return r.admin.ask(http.MethodPatch, crews+resource, fmt.Sprintf(format, replicas), nil)
}

func (r *recorder) replicas() (int, error) {
	var crew struct{ Spec struct{ Replicas int } }
	err := r.admin.ask(http.MethodGet, crews+"/"+r.hpa, "", &crew)
	return crew.Spec.Replicas, err
}

// why reads the HPA's conditions. Without a sync that asked for metrics those of limits are old.
func (r *recorder) why(asked bool) (string, error) {
	var hpa struct {
		Status struct {
			Conditions []struct{ Type, Status, Reason string }
		}
	}
	err := r.admin.ask(http.MethodGet, hpas+"/"+r.hpa, "", &hpa)
	var reasons []string
	for _, each := range hpa.Status.Conditions {
		if each.Type == "ScalingActive" && each.Status == "False" {
			return each.Reason, err
		}
		switch each.Reason {
		case "SucceededGetScale", "SucceededRescale", "ReadyForNewScale", "ValidMetricFound", "DesiredWithinRange":
		default:
			if asked {
				reasons = append(reasons, each.Reason)
			}
		}
	}
	return strings.Join(reasons, ", "), err
}
