package cluster

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// ---- what Prometheus scrapes ----

// gauges are the numbers of the world, by "name{labels}"; one that is deleted is gone.
type gauges struct {
	mu     sync.Mutex
	values map[string]float64
}

func (g *gauges) set(name, app string, value float64) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.values[fmt.Sprintf("%s{app=%q}", name, app)] = value
}

func (g *gauges) remove(name, app string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.values, fmt.Sprintf("%s{app=%q}", name, app))
}

func (g *gauges) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	g.mu.Lock()
	defer g.mu.Unlock()
	names := make([]string, 0, len(g.values))
	for name := range g.values {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		fmt.Fprintf(w, "%s %g\n", name, g.values[name])
	}
}

// replicas tells what kube-state-metrics would.
func (g *gauges) replicas(app string, value int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.values[fmt.Sprintf("kube_deployment_status_replicas{namespace=\"default\",deployment=%q}", app)] = float64(value)
}

// ---- Loadline and its Prometheus ----

type loadline struct{ process *os.Process }

func (l *loadline) start(t *testing.T) {
	command, err := spawn("loadline", filepath.Join(root, "build/loadline"), nil, "serve", "--config", path("loadline.yaml"))
	must(t, err)
	l.process = command.Process
	go func() { _ = command.Wait() }()
	must(t, await("loadline", func() bool {
		response, err := http.Get("http://" + url(httpPort) + "/readyz")
		if err == nil {
			response.Body.Close()
		}
		return err == nil && response.StatusCode == http.StatusOK
	}))
}

func (l *loadline) kill() { _ = l.process.Kill() }

// says is the latest decision for an object: the replicas, or why there are none.
func says(app string) string {
	response, err := http.Get("http://" + url(httpPort) + "/api/v1/decisions?namespace=default&name=" + app)
	if err != nil {
		return "away"
	}
	defer response.Body.Close()
	var body struct {
		Decisions []struct {
			Replicas *float64
			Summary  string
		}
	}
	if json.NewDecoder(response.Body).Decode(&body) != nil || len(body.Decisions) == 0 {
		return "not asked yet"
	}
	if body.Decisions[0].Replicas == nil {
		return "error: " + body.Decisions[0].Summary
	}
	return fmt.Sprintf("%g", *body.Decisions[0].Replicas)
}

// world is one test's surroundings: numbers, Prometheus, Loadline.
type world struct {
	gauges   *gauges
	loadline *loadline
}

func newWorld(t *testing.T) *world { return newWorldWith(t, "") }

// newWorldWith starts Loadline with further options.
func newWorldWith(t *testing.T, options string) *world {
	w := &world{gauges: &gauges{values: map[string]float64{}}, loadline: &loadline{}}
	server := &http.Server{Addr: url(exporterPort), Handler: w.gauges}
	go func() { _ = server.ListenAndServe() }()
	t.Cleanup(func() { _ = server.Close() })

	must(t, os.RemoveAll(path("tsdb")))
	must(t, os.RemoveAll(path("data")))
	must(t, os.MkdirAll(path("policies"), 0o755))
	policies, err := manifest("policies.yaml")
	must(t, err)
	must(t, os.WriteFile(path("policies/policies.yaml"), []byte(policies), 0o644))
	must(t, os.WriteFile(path("prometheus.yml"), []byte(fmt.Sprintf(
		"global: {scrape_interval: 500ms, scrape_timeout: 500ms}\nscrape_configs: [{job_name: world, static_configs: [{targets: [%q]}]}]\n",
		url(exporterPort))), 0o644))
	must(t, os.WriteFile(path("loadline.yaml"), []byte(fmt.Sprintf(`grpc: {listen: %q}
http: {listen: %q}
tick: {interval: 1s, delay: 200ms, budget: 800ms}
policies: {path: %s}
sources: {default: {url: "http://%s"}}
dataDir: %s
%s`, url(grpcPort), url(httpPort), path("policies"), url(prometheusPort), path("data"), options)), 0o644))
	prometheus, err := spawn("prometheus", "prometheus", nil, "--config.file", path("prometheus.yml"),
		"--storage.tsdb.path", path("tsdb"), "--web.listen-address", url(prometheusPort))
	must(t, err)
	t.Cleanup(func() { _ = prometheus.Process.Signal(syscall.SIGKILL); _ = prometheus.Wait() })
	must(t, await("Prometheus", listens(prometheusPort)))
	w.loadline.start(t)
	t.Cleanup(w.loadline.kill)
	return w
}

// ---- what one sees in the cluster ----

type state struct {
	spec, replicas int // of the Deployment
	desired        int // of the HPA
	active         string
}

func see(app string) (s state, err error) {
	out, err := kubectl("", "get", "deployment/"+app, "scaledobject/"+app, "-o", "json")
	if err != nil {
		return s, err
	}
	var list struct {
		Items []struct {
			Kind   string
			Spec   struct{ Replicas int }
			Status struct {
				Replicas   int
				Conditions []struct{ Type, Status string }
			}
		}
	}
	if err = json.Unmarshal([]byte(out), &list); err != nil {
		return s, err
	}
	for _, item := range list.Items {
		if item.Kind == "Deployment" {
			s.spec, s.replicas = item.Spec.Replicas, item.Status.Replicas
			continue
		}
		for _, condition := range item.Status.Conditions {
			if condition.Type == "Active" {
				s.active = condition.Status
			}
		}
	}
	return s, nil
}

// workload is a Deployment with its ScaledObject, watched: each change is a row of a table.
type workload struct {
	t     *testing.T
	app   string
	world *world
	began time.Time

	mu   sync.Mutex
	last state
	step string
	said string
}

func (w *world) apply(t *testing.T, app, kind string, poll int) *workload {
	text, err := manifest("workload.yaml", "NAME", app, "TYPE", kind, "POLL", fmt.Sprint(poll), "SCALER", url(grpcPort))
	must(t, err)
	return w.watch(t, app, text)
}

// watch applies a Deployment and a ScaledObject of that name, and shows what becomes of them.
func (w *world) watch(t *testing.T, app, text string) *workload {
	w.gauges.replicas(app, 0)
	_, err := kubectl(text, "apply", "-f", "-")
	must(t, err)
	l := &workload{t: t, app: app, world: w, began: time.Now(), step: "start"}
	stop := make(chan struct{})
	var done sync.WaitGroup
	done.Add(1)
	fmt.Printf("%7s  %-40s %4s %4s  %-6s %s\n", "seconds", "step", "spec", "has", "active", "Loadline says")
	go func() {
		defer done.Done()
		for {
			select {
			case <-stop:
				return
			case <-time.After(100 * time.Millisecond):
				l.look()
			}
		}
	}()
	t.Cleanup(func() {
		close(stop)
		done.Wait()
		_, _ = kubectl("", "delete", "--wait=true", "scaledobject/"+app, "deployment/"+app)
	})
	return l
}

func (l *workload) look() {
	now, err := see(l.app)
	if err != nil {
		return
	}
	l.world.gauges.replicas(l.app, now.replicas)
	said := says(l.app)
	l.mu.Lock()
	defer l.mu.Unlock()
	if now == l.last && said == l.said {
		return
	}
	l.last, l.said = now, said
	if len(said) > 80 {
		said = said[:80] + "..."
	}
	fmt.Printf("%7.2f  %-40s %4d %4d  %-6s %s\n", time.Since(l.began).Seconds(), l.step, now.spec, now.replicas, now.active, said)
}

func (l *workload) now() state {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.last
}

func (l *workload) note(step string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.step = step
}

// reach waits until the target has so many replicas, and says how long that took.
func (l *workload) reach(replicas int, within time.Duration) time.Duration {
	l.t.Helper()
	began := time.Now()
	for time.Since(began) < within {
		if s := l.now(); s.spec == replicas && s.replicas == replicas {
			return time.Since(began)
		}
		time.Sleep(50 * time.Millisecond)
	}
	l.t.Errorf("%s: not at %d replicas within %s, but %+v", l.step, replicas, within, l.now())
	return within
}

// hold fails if the target leaves its replicas.
func (l *workload) hold(replicas int, during time.Duration) {
	l.t.Helper()
	for began := time.Now(); time.Since(began) < during; time.Sleep(50 * time.Millisecond) {
		if s := l.now(); s.spec != replicas {
			l.t.Errorf("%s: left %d replicas after %s: %+v", l.step, replicas, time.Since(began), s)
			return
		}
	}
}

// event waits for an event of the ScaledObject that has the text in its message.
func (l *workload) event(text string) {
	l.t.Helper()
	for end := time.Now().Add(30 * time.Second); time.Now().Before(end); time.Sleep(500 * time.Millisecond) {
		out, err := kubectl("", "get", "events", "--field-selector", "involvedObject.name="+l.app, "-o", "jsonpath={.items[*].message}")
		if err == nil && strings.Contains(out, text) {
			return
		}
	}
	l.t.Errorf("no event of %s says %q", l.app, text)
}
