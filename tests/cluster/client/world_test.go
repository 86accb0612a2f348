// Package client: KEDA's own external scalers, and the cache that KEDA keeps them in, as clients of `loadline serve`.
// See ../README.md.
package client

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/go-logr/logr"
	logf "sigs.k8s.io/controller-runtime/pkg/log"
)

var root = os.Getenv("CLUSTER_ROOT")

func TestMain(m *testing.M) {
	if root == "" {
		fmt.Println("SKIPPED tests/cluster/client: start it by client.sh")
		os.Exit(77)
	}
	logf.SetLogger(logr.Discard())
	os.Exit(m.Run())
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// await fails where it is not so within 20 s.
func await(t *testing.T, what string, so func() bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); !so(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("not within 20 s: %s", what)
		}
	}
}

// numbers answers as Prometheus does, with the number of each app; an app without one has no series. It says the same
// of all times: what Loadline makes of a history is tested elsewhere.
type numbers struct {
	mu     sync.Mutex
	values map[string]float64
	delay  atomic.Int64 // nanoseconds
	asked  atomic.Int64
}

var appOfQuery = regexp.MustCompile(`app="([^"]*)"`)

func (n *numbers) set(app string, value float64) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.values[app] = value
}

func (n *numbers) remove(app string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	delete(n.values, app)
}

func (n *numbers) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	n.asked.Add(1)
	time.Sleep(time.Duration(n.delay.Load()))
	number := func(name string) (value float64) {
		_, _ = fmt.Sscan(request.FormValue(name), &value)
		return value
	}
	app := appOfQuery.FindStringSubmatch(request.FormValue("query"))
	n.mu.Lock()
	defer n.mu.Unlock()
	value, known := 0.0, false
	if app != nil {
		value, known = n.values[app[1]]
	}
	kind, result := "vector", []any{}
	point := func(at float64) [2]any { return [2]any{at, fmt.Sprint(value)} }
	if strings.HasSuffix(request.URL.Path, "query_range") {
		kind = "matrix"
		var points [][2]any
		for i := 0; number("start")+float64(i)*number("step") <= number("end"); i++ {
			points = append(points, point(number("start")+float64(i)*number("step")))
		}
		if known {
			result = append(result, map[string]any{"metric": map[string]string{}, "values": points})
		}
	} else if known {
		result = append(result, map[string]any{"metric": map[string]string{}, "value": point(number("time"))})
	}
	_ = json.NewEncoder(w).Encode(map[string]any{
		"status": "success", "data": map[string]any{"resultType": kind, "result": result}})
}

// A policy that wants as many replicas as the number is, active above 0.
func policy(name, hold string) string {
	return fmt.Sprintf(`apiVersion: loadline.dev/v1
kind: ScalingPolicy
metadata: { name: %s, namespace: data }
spec:
  parameters: { app: { pattern: '[a-z0-9-]+' } }
  replicas: { min: 0, max: 100000 }
  signals: [ { name: number, query: 'number{app="${app}"}', perReplica: 1 } ]
  onMissing: { hold: %s, then: error }
  whenIdle: inactive
`, name, hold)
}

// server is a running `loadline serve`.
type server struct {
	t       *testing.T
	numbers *numbers
	folder  string
	options []string
	process *exec.Cmd
	ended   chan struct{}
	grpc    string // HOST:PORT, the same after a restart
	http    string
}

// serve starts it with the numbers that are given, and further options.
func serve(t *testing.T, given map[string]float64, options ...string) *server {
	t.Helper()
	s := &server{t: t, numbers: &numbers{values: map[string]float64{}}, folder: t.TempDir(), options: options,
		grpc: "127.0.0.1:0"}
	maps.Copy(s.numbers.values, given)
	source := httptest.NewServer(s.numbers)
	t.Cleanup(source.Close)
	s.options = append(s.options, "--set=sources.default.url="+source.URL)
	must(t, os.Mkdir(filepath.Join(s.folder, "policies"), 0o755))
	for name, hold := range map[string]string{"worker": "1s", "holding": "5m"} {
		must(t, os.WriteFile(filepath.Join(s.folder, "policies", name+".yaml"), []byte(policy(name, hold)), 0o644))
	}
	s.start()
	t.Cleanup(s.kill)
	return s
}

func (s *server) start() {
	s.t.Helper()
	s.process = exec.Command(filepath.Join(root, "build/loadline"), append([]string{"serve", "--grpc.listen=" + s.grpc,
		"--http.listen=127.0.0.1:0", "--http.rateLimit=0", "--tick.interval=500ms", "--tick.delay=20ms",
		"--tick.budget=450ms", "--policies.path=" + filepath.Join(s.folder, "policies"),
		"--dataDir=" + filepath.Join(s.folder, "data")}, s.options...)...)
	s.process.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	log, err := s.process.StdoutPipe()
	must(s.t, err)
	s.process.Stderr = s.process.Stdout
	must(s.t, s.process.Start())
	s.ended = make(chan struct{})
	started := make(chan bool, 1)
	go func(process *exec.Cmd, ended chan struct{}) {
		defer close(ended)
		s.read(log, started)
		_ = process.Wait()
	}(s.process, s.ended)
	if !<-started {
		s.t.Fatal("loadline serve ended before it had started")
	}
	await(s.t, "ready", func() bool { return s.get("/readyz") != "" })
}

// read says true when the log says that it has started, and on which ports.
func (s *server) read(log io.Reader, started chan<- bool) {
	lines := bufio.NewScanner(log)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var event struct {
			Event    string
			GrpcPort int `json:"grpc_port"`
			HttpPort int `json:"http_port"`
		}
		if json.Unmarshal(lines.Bytes(), &event) != nil || event.Event != "started" {
			if event.Event == "" {
				fmt.Println("loadline:", lines.Text())
			}
			continue
		}
		s.grpc, s.http = fmt.Sprintf("127.0.0.1:%d", event.GrpcPort), fmt.Sprintf("127.0.0.1:%d", event.HttpPort)
		started <- true
	}
	select {
	case started <- false:
	default:
	}
}

func (s *server) signal(signal syscall.Signal) { _ = s.process.Process.Signal(signal) }

// freeze returns when no thread of the server runs any more.
func (s *server) freeze() {
	s.signal(syscall.SIGSTOP)
	await(s.t, "frozen", func() bool {
		threads, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/stat", s.process.Process.Pid))
		must(s.t, err)
		for _, each := range threads {
			text, err := os.ReadFile(each)
			// "PID (NAME) STATE ...", and the name may be anything.
			if err != nil || !strings.HasPrefix(string(text[strings.LastIndex(string(text), ")")+1:]), " T") {
				return false
			}
		}
		return len(threads) > 0
	})
}

// stop is a clean one: SIGTERM, as Kubernetes does it.
func (s *server) stop() {
	s.signal(syscall.SIGTERM)
	<-s.ended
}

func (s *server) kill() {
	s.signal(syscall.SIGCONT)
	s.signal(syscall.SIGKILL)
	<-s.ended
}

// get is the body of a page; empty where it does not answer with 200.
func (s *server) get(path string) string {
	response, err := http.Get("http://" + s.http + path)
	if err != nil {
		return ""
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK {
		return ""
	}
	return string(body)
}

// calls is how many calls of a method have ended so far.
func (s *server) calls(method string) int {
	total := 0
	for line := range strings.Lines(s.get("/metrics")) {
		if !strings.HasPrefix(line, "loadline_grpc_requests_total{") || !strings.Contains(line, `"`+method+`"`) {
			continue
		}
		var count int
		if _, err := fmt.Sscan(line[strings.LastIndex(line, " ")+1:], &count); err == nil {
			total += count
		}
	}
	return total
}

// openStreams is the gauge of streams.
func (s *server) openStreams() int {
	for line := range strings.Lines(s.get("/metrics")) {
		var count int
		if _, err := fmt.Sscanf(line, "loadline_grpc_open_streams %d", &count); err == nil {
			return count
		}
	}
	return -1
}

// files is how many files and connections the process has open.
func (s *server) files() int {
	entries, err := os.ReadDir(fmt.Sprintf("/proc/%d/fd", s.process.Process.Pid))
	must(s.t, err)
	return len(entries)
}

// door passes connections on to a server, and counts them.
type door struct {
	address string
	to      atomic.Pointer[server]
	passed  atomic.Int64
}

func doorTo(t *testing.T, s *server) *door {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	t.Cleanup(func() { _ = listener.Close() })
	d := &door{address: listener.Addr().String()}
	d.to.Store(s)
	go func() {
		for {
			in, err := listener.Accept()
			if err != nil {
				return
			}
			d.passed.Add(1)
			out, err := net.Dial("tcp", d.to.Load().grpc)
			if err != nil {
				_ = in.Close()
				continue
			}
			pass := func(to, from net.Conn) {
				_, _ = io.Copy(to, from)
				_ = to.Close()
				_ = from.Close()
			}
			go pass(in, out)
			go pass(out, in)
		}
	}()
	return d
}

// within is the context of what has to be done by then: KEDA itself sets no deadline (rule 6).
func within(t *testing.T, limit time.Duration) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	t.Cleanup(cancel)
	return ctx
}
