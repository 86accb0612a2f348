package cluster

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

// ---- an external metrics API whose numbers the test sets ----

// Metrics that are not there: nothing in the list, or an error instead of a list. To the HPA they are one.
var (
	noSuchMetric = math.Inf(-1)
	metricFails  = math.Inf(1)
)

func missing(value float64) bool { return math.IsInf(value, 0) }

// asks are those of one HPA. A sync asks once for each metric, the first one first.
type asks struct {
	mu     sync.Mutex
	values []float64 // what is told in the step that is on
	told   int       // how many of them were
	since  time.Time // when the step began
	first  chan ask  // of the step
	wrong  string    // why the recording cannot be believed

	look func() string // at a sync's first ask, when it has read the replicas and not yet changed them: what is wrong with them
}

type ask struct {
	at    time.Time
	since time.Duration // of the step's begin
}

func (a *asks) step(values []float64, look func() string) <-chan ask {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.values, a.told, a.since, a.first, a.look = values, 0, time.Now(), make(chan ask, 1), look
	return a.first
}

// end ends the step, and says why it cannot be believed, if so.
func (a *asks) end() string {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.told != 0 && a.told != len(a.values) {
		a.wrong = "a sync that did not ask for all metrics"
	}
	a.values, a.told = nil, 0
	return a.wrong
}

func (a *asks) answer(metric int) float64 {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.told == len(a.values) {
		a.wrong = "a sync for which no step was prepared: this machine is too slow"
		return metricFails
	}
	if a.told == 0 {
		if wrong := a.look(); wrong != "" {
			a.wrong = wrong
		}
		a.first <- ask{time.Now(), time.Since(a.since)}
	}
	a.told++
	return a.values[metric]
}

// numbers serves the asks of all HPAs; metric I of HPA NAME is called NAME.I.
type numbers struct {
	mu   sync.Mutex
	hpas map[string]*asks
}

func (n *numbers) of(hpa string) *asks {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.hpas[hpa] == nil {
		n.hpas[hpa] = &asks{}
	}
	return n.hpas[hpa]
}

const externalMetrics = "/apis/external.metrics.k8s.io/v1beta1"

func (n *numbers) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	if r.URL.Path == externalMetrics {
		fmt.Fprint(w, `{"kind":"APIResourceList","apiVersion":"v1","groupVersion":"external.metrics.k8s.io/v1beta1",
			"resources":[{"name":"externalmetrics","singularName":"","namespaced":true,"kind":"ExternalMetricValueList","verbs":["get"]}]}`)
		return
	}
	metric := filepath.Base(r.URL.Path)
	if metric == "ready" {
		fmt.Fprint(w, `{"kind":"ExternalMetricValueList","apiVersion":"external.metrics.k8s.io/v1beta1","metadata":{},"items":[]}`)
		return
	}
	index := metric[len(metric)-1] - '0'
	value := n.of(metric[:len(metric)-2]).answer(int(index))
	items := ""
	switch value {
	case metricFails:
		http.Error(w, `{"kind":"Status","apiVersion":"v1","status":"Failure","message":"none to be had","code":500}`, http.StatusInternalServerError)
		return
	case noSuchMetric:
	default:
		items = fmt.Sprintf(`{"metricName":%q,"metricLabels":{},"timestamp":%q,"value":"%.0fm"}`,
			metric, time.Now().UTC().Format(time.RFC3339), value*1000)
	}
	fmt.Fprintf(w, `{"kind":"ExternalMetricValueList","apiVersion":"external.metrics.k8s.io/v1beta1","metadata":{},"items":[%s]}`, items)
}

// serveNumbers puts an external metrics API of the test's own in the place of KEDA's, until the test ends.
func serveNumbers(t *testing.T) *numbers {
	n := &numbers{hpas: map[string]*asks{}}
	server := httptest.NewTLSServer(n)
	t.Cleanup(server.Close)
	const service = "v1beta1.external.metrics.k8s.io"
	var before struct {
		Spec struct {
			CaBundle string
			Service  struct{ Port int }
		}
	}
	out, err := kubectl("", "get", "apiservice", service, "-o", "json")
	must(t, err)
	must(t, json.Unmarshal([]byte(out), &before))
	patch := func(text string) {
		_, err := kubectl("", "patch", "apiservice", service, "--type", "merge", "-p", text)
		must(t, err)
	}
	patch(fmt.Sprintf(`{"spec":{"caBundle":null,"insecureSkipTLSVerify":true,"service":{"port":%s}}}`,
		server.URL[len("https://127.0.0.1:"):]))
	t.Cleanup(func() {
		patch(fmt.Sprintf(`{"spec":{"caBundle":%q,"insecureSkipTLSVerify":null,"service":{"port":%d}}}`, before.Spec.CaBundle, before.Spec.Service.Port))
	})
	must(t, await("the test's external metrics API", func() bool {
		_, err := kubectl("", "get", "--raw", externalMetrics+"/namespaces/default/ready")
		return err == nil
	}))
	return n
}

// ---- the API server, asked without a kubectl for each step ----

type administrator struct{ client *http.Client }

func newAdministrator(t *testing.T) administrator {
	admin, err := administratorOf()
	must(t, err)
	return admin
}

func administratorOf() (admin administrator, err error) {
	pair, err := tls.LoadX509KeyPair(path("pki", "admin.crt"), path("pki", "admin.key"))
	if err != nil {
		return admin, err
	}
	ca, err := os.ReadFile(path("pki", "ca.crt"))
	if err != nil {
		return admin, err
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(ca)
	return administrator{&http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 8,
		TLSClientConfig: &tls.Config{Certificates: []tls.Certificate{pair}, RootCAs: pool, ServerName: "localhost"}}}}, nil
}

// ask sends `body`, if there is one, and reads the answer into `into`, if there is one.
func (a administrator) ask(method, resource, body string, into any) error {
	request, err := http.NewRequest(method, "https://"+url(apiPort)+resource, bytes.NewBufferString(body))
	if err != nil {
		return err
	}
	kind := "application/json"
	if method == http.MethodPatch {
		kind = "application/merge-patch+json"
	}
	request.Header.Set("Content-Type", kind)
	response, err := a.client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err == nil && response.StatusCode >= 300 {
		err = fmt.Errorf("%s %s: %s: %s", method, resource, response.Status, text)
	}
	if err == nil && into != nil {
		err = json.Unmarshal(text, into)
	}
	return err
}
