package cluster

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	neturl "net/url"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// ---- what Prometheus scrapes ----

// gauges are the numbers of the world, by "name{labels}"; one that is deleted is gone.
type gauges struct {
	mu     sync.Mutex
	values map[string]gauge
}

type gauge struct {
	value func() float64
	rate  *float64 // a second, of a counter
}

func (g *gauges) set(name, app string, value float64) {
	g.put(fmt.Sprintf("%s{app=%q}", name, app), value)
}

func (g *gauges) remove(name, app string) { g.take(fmt.Sprintf("%s{app=%q}", name, app)) }

// put sets a series by its whole name.
func (g *gauges) put(series string, value float64) { g.feed(series, func() float64 { return value }) }

// feed has a series' value made at each scrape.
func (g *gauges) feed(series string, value func() float64) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.values[series] = gauge{value: value}
}

// count makes a counter of a series: so many more a second, from what it has on.
func (g *gauges) count(series string, perSecond float64) {
	began, from := time.Now(), 0.0
	g.mu.Lock()
	defer g.mu.Unlock()
	if before, there := g.values[series]; there {
		from = before.value()
	}
	g.values[series] = gauge{func() float64 { return from + perSecond*time.Since(began).Seconds() }, &perSecond}
}

func (g *gauges) take(series string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.values, series)
}

// countBy makes a counter of a series whose rate changes.
func (g *gauges) countBy(series string, rate func() float64) {
	var mu sync.Mutex
	last, total := time.Now(), 0.0
	g.feed(series, func() float64 {
		mu.Lock()
		defer mu.Unlock()
		now := time.Now()
		total += rate() * now.Sub(last).Seconds()
		last = now
		return total
	})
}

func (g *gauges) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	for _, each := range g.list(func(string) bool { return true }) {
		if found, there := g.get(each); there {
			fmt.Fprintf(w, "%s %g\n", each, found.value())
		}
	}
}

func (g *gauges) get(series string) (found gauge, there bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	found, there = g.values[series]
	return found, there
}

func (g *gauges) list(wanted func(series string) bool) (found []string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for series := range g.values {
		if wanted(series) {
			found = append(found, series)
		}
	}
	sort.Strings(found)
	return found
}

const replicasMetric = "kube_deployment_status_replicas"

// replicas tells what kube-state-metrics would.
func (g *gauges) replicas(namespace, app string, value int) {
	g.put(fmt.Sprintf("%s{namespace=%q,deployment=%q}", replicasMetric, namespace, app), float64(value))
}

// about is what a row of a table says of an object's load: its own series, or all where none is its own.
func (g *gauges) about(app string) string {
	own := g.list(func(series string) bool { return strings.HasSuffix(series, fmt.Sprintf("{app=%q}", app)) })
	if len(own) == 0 {
		own = g.list(func(series string) bool {
			return !strings.HasPrefix(series, replicasMetric) && !strings.Contains(series, "{app=")
		})
	}
	var words []string
	for _, each := range own {
		name, _, _ := strings.Cut(each, "{")
		if found, there := g.get(each); there && found.rate != nil {
			words = append(words, fmt.Sprintf("%s=%g/s", name, *found.rate))
		} else if there {
			words = append(words, fmt.Sprintf("%s=%.4g", name, found.value()))
		}
	}
	return strings.Join(words, " ")
}

// ---- a world: numbers, their Prometheus, and Loadline ----

type ports struct{ prometheus, grpc, http, exporter int }

// alone are the ports of the tests that run by themselves, one after the other.
var alone = ports{prometheusPort, grpcPort, httpPort, exporterPort}

var portsGiven atomic.Int32

func ownPorts() ports {
	first := 22000 + 4*int(portsGiven.Add(1))
	return ports{first, first + 1, first + 2, first + 3}
}

// world is the surroundings of one test, or of many that run at the same time and share it.
type world struct {
	ports
	folder     string
	gauges     *gauges
	loadline   *loadline
	prometheus *exec.Cmd
	atEnd      func(func())
}

// newWorld is for a test that runs by itself.
func newWorld(t *testing.T) *world { return newWorldWith(t, "") }

// newWorldWith starts Loadline with further options.
func newWorldWith(t *testing.T, options string) *world {
	w := &world{ports: alone, folder: folder, atEnd: t.Cleanup}
	w.begin(t, options)
	w.loadline.start(t)
	return w
}

// ownWorld is for a test that runs beside others, and ends a part of its world.
func ownWorld(t *testing.T, options string) *world {
	w := quietWorld(t, options)
	w.loadline.start(t)
	return w
}

// quietWorld is one in which no Loadline has been started.
func quietWorld(t *testing.T, options string) *world {
	t.Parallel()
	w := &world{ports: ownPorts(), folder: path("worlds", t.Name()), atEnd: t.Cleanup}
	w.begin(t, options)
	return w
}

var (
	shared     *world
	sharedOnce sync.Once
)

// sharedWorld is for a test whose objects live beside those of others, and who ends nothing.
func sharedWorld(t *testing.T) *world {
	t.Parallel()
	sharedOnce.Do(func() {
		w := &world{ports: ownPorts(), folder: path("worlds/shared"), atEnd: func(func()) {}} // the namespace's end is theirs
		w.begin(t, "")
		w.loadline.start(t)
		shared = w
	})
	if shared == nil {
		t.Fatal("the shared world did not begin")
	}
	return shared
}

func (w *world) file(parts ...string) string {
	return filepath.Join(append([]string{w.folder}, parts...)...)
}

func (w *world) begin(t *testing.T, options string) {
	w.gauges = &gauges{values: map[string]gauge{}}
	listener, err := net.Listen("tcp", url(w.exporter))
	must(t, err)
	server := &http.Server{Handler: w.gauges}
	go func() { _ = server.Serve(listener) }()
	w.atEnd(func() { _ = server.Close() })

	must(t, os.RemoveAll(w.file("tsdb")))
	must(t, os.RemoveAll(w.file("data")))
	must(t, os.MkdirAll(w.file("policies"), 0o755))
	policies, err := manifest("policies.yaml")
	must(t, err)
	w.policy(t, "policies", policies)
	must(t, os.WriteFile(w.file("prometheus.yml"), []byte(fmt.Sprintf(
		"global: {scrape_interval: 500ms, scrape_timeout: 500ms}\nscrape_configs: [{job_name: world, static_configs: [{targets: [%q]}]}]\n",
		url(w.exporter))), 0o644))
	must(t, os.WriteFile(w.file("loadline.yaml"), []byte(fmt.Sprintf(`grpc: {listen: %q}
http: {listen: %q}
tick: {interval: 1s, delay: 200ms, budget: 800ms}
policies: {path: %s}
sources: {default: {url: "http://%s"}}
dataDir: %s
%s`, url(w.grpc), url(w.http), w.file("policies"), url(w.ports.prometheus), w.file("data"), options)), 0o644))
	w.startPrometheus(t)
	w.atEnd(w.stopPrometheus)
	w.loadline = &loadline{name: w.logName("loadline"), address: url(w.http), config: w.file("loadline.yaml")}
	w.atEnd(w.loadline.kill)
}

// logName is a program's, with the world's unless that is the one of the tests that run by themselves.
func (w *world) logName(program string) string {
	if w.folder == folder {
		return program
	}
	return program + "-" + filepath.Base(w.folder)
}

func (w *world) startPrometheus(t *testing.T) {
	command, err := spawn(w.logName("prometheus"), "prometheus", nil, "--config.file", w.file("prometheus.yml"),
		"--storage.tsdb.path", w.file("tsdb"), "--web.listen-address", url(w.ports.prometheus))
	must(t, err)
	w.prometheus = command
	must(t, await("Prometheus", listens(w.ports.prometheus)))
}

// holds is whether Prometheus has something to say to the query.
func (w *world) holds(query string) bool {
	response, err := http.Get("http://" + url(w.ports.prometheus) + "/api/v1/query?query=" + neturl.QueryEscape(query))
	if err != nil {
		return false
	}
	defer response.Body.Close()
	var answer struct{ Data struct{ Result []any } }
	return json.NewDecoder(response.Body).Decode(&answer) == nil && len(answer.Data.Result) > 0
}

func (w *world) stopPrometheus() {
	_ = w.prometheus.Process.Kill()
	_ = w.prometheus.Wait()
}

// policy puts a document into the policy folder, or another into its place, as one step.
func (w *world) policy(t *testing.T, name, text string) {
	t.Helper()
	beside := w.file(name + ".new")
	must(t, os.WriteFile(beside, []byte(text), 0o644))
	must(t, os.Rename(beside, w.file("policies", name+".yaml")))
}

func (w *world) removePolicy(t *testing.T, name string) {
	t.Helper()
	must(t, os.Remove(w.file("policies", name+".yaml")))
}

// says is the latest decision for an object: the replicas, or why there are none.
func (w *world) says(namespace, app string) string {
	response, err := http.Get("http://" + w.loadline.address + "/api/v1/decisions?namespace=" + namespace + "&name=" + app)
	if err != nil {
		return "away"
	}
	defer response.Body.Close()
	var body struct{ Decisions []decision }
	if json.NewDecoder(response.Body).Decode(&body) != nil || len(body.Decisions) == 0 {
		return "not asked yet"
	}
	var words []string
	for _, each := range body.Decisions {
		if each.Replicas == nil {
			words = append(words, "error: "+each.Summary)
		} else {
			words = append(words, fmt.Sprintf("%g", *each.Replicas))
		}
	}
	return strings.Join(words, ", ")
}

// ---- Loadline ----

// loadline is a process of it.
type loadline struct {
	name, address, config string
	arguments             []string // beside the configuration
	command               *exec.Cmd
}

func (l *loadline) start(t *testing.T) {
	t.Helper()
	command, err := spawn(l.name, filepath.Join(root, "build/loadline"), nil, append([]string{"serve", "--config", l.config}, l.arguments...)...)
	must(t, err)
	l.command = command
	must(t, await(l.name, func() bool {
		response, err := http.Get("http://" + l.address + "/readyz")
		if err == nil {
			response.Body.Close()
		}
		return err == nil && response.StatusCode == http.StatusOK
	}))
}

func (l *loadline) kill() {
	if l.command == nil {
		return
	}
	_ = l.command.Process.Kill()
	_ = l.command.Wait()
	l.command = nil
}
