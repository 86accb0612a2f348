package cluster

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

const scalerName = "loadline.loadline.svc"

// pod plays a pod of the chart's Deployment: the program with the options, certificates and rights that the chart makes, and an
// address of its own.
type pod struct {
	address string
	command *exec.Cmd
}

func (p *pod) page(path string) string {
	return fmt.Sprintf("http://%s:%d%s", p.address, httpPort, path)
}

// read is a page of its HTTP port; empty while it cannot be read.
func (p *pod) read(path string) string { return text(p.page(path)) }

// called says whether KEDA has got an answer from it.
func (p *pod) called() bool {
	_, count, found := strings.Cut(p.read("/metrics"), `loadline_grpc_requests_total{code="OK",method="GetMetrics"} `)
	return found && !strings.HasPrefix(count, "0\n")
}

func startPod(t *testing.T, address string) *pod {
	t.Helper()
	grpc, page := fmt.Sprintf("%s:%d", address, grpcPort), fmt.Sprintf("%s:%d", address, httpPort)
	command, err := spawn("loadline-"+address, filepath.Join(root, "build/loadline"), nil, "serve", "--config", path("chart/loadline.yaml"),
		"--grpc.listen", grpc, "--http.listen", page, "--dataDir", path("chart/data-"+address), "--kubernetes.kubeconfig", path("chart/kubeconfig"))
	must(t, err)
	p := &pod{address, command}
	t.Cleanup(func() { _ = command.Process.Kill(); _ = command.Wait() })
	must(t, await("loadline at "+address, func() bool {
		response, err := http.Get(p.page("/readyz"))
		if err == nil {
			response.Body.Close()
		}
		return err == nil && response.StatusCode == http.StatusOK
	}))
	return p
}

// names are what DNS says, where /etc/hosts may be another.
var names = struct {
	mu        sync.Mutex
	addresses map[string][]string
}{addresses: map[string][]string{}}

// needNames skips a test where no name can get an address.
func needNames(t *testing.T) {
	if os.Getenv("CLUSTER_HOSTS") == "" {
		t.Skip("needs a mount namespace in which /etc/hosts may be another")
	}
}

// setAddresses is what DNS says of a headless Service: the pods that are ready and not about to go.
func setAddresses(t *testing.T, name string, addresses ...string) {
	t.Helper()
	names.mu.Lock()
	defer names.mu.Unlock()
	names.addresses[name] = addresses
	text := "127.0.0.1 localhost\n"
	for name, addresses := range names.addresses {
		for _, each := range addresses {
			text += each + " " + name + "\n"
		}
	}
	// In place, as it is mounted over /etc/hosts, and as one write of one length, so that nobody reads a part of it.
	file, err := os.OpenFile(os.Getenv("CLUSTER_HOSTS"), os.O_WRONLY, 0)
	must(t, err)
	_, err = fmt.Fprintf(file, "%-4095s\n", text)
	must(t, err)
	must(t, file.Close())
}

func fromCluster(t *testing.T, into any, arguments ...string) {
	t.Helper()
	out, err := kubectl("", append([]string{"get", "-o", "json"}, arguments...)...)
	must(t, err)
	must(t, json.Unmarshal([]byte(out), into))
}

// takeFromChart writes what a pod would have mounted: the options with their paths, the Secret, and the account's token.
func takeFromChart(t *testing.T) {
	t.Helper()
	must(t, os.MkdirAll(path("chart/tls"), 0o700))
	var config struct{ Data map[string]string }
	fromCluster(t, &config, "-n", "loadline", "configmap/loadline")
	must(t, os.WriteFile(path("chart/loadline.yaml"), []byte(strings.ReplaceAll(config.Data["loadline.yaml"], "/etc/loadline/tls", path("chart/tls"))), 0o600))
	var secret struct{ Data map[string]string }
	fromCluster(t, &secret, "-n", "loadline", "secret/loadline-tls")
	for name, encoded := range secret.Data {
		text, err := base64.StdEncoding.DecodeString(encoded)
		must(t, err)
		must(t, os.WriteFile(path("chart/tls", name), text, 0o600))
	}
	token, err := kubectl("", "create", "token", "loadline", "-n", "loadline")
	must(t, err)
	must(t, os.WriteFile(path("chart/token"), []byte(strings.TrimSpace(token)), 0o600))
	must(t, os.WriteFile(path("chart/kubeconfig"), []byte(fmt.Sprintf(`{apiVersion: v1, kind: Config, current-context: c,
  clusters: [{name: c, cluster: {server: "https://%s", certificate-authority: %s}}],
  users: [{name: c, user: {tokenFile: %s}}],
  contexts: [{name: c, context: {cluster: c, user: c, namespace: loadline}}]}
`, url(apiPort), path("pki/ca.crt"), path("chart/token"))), 0o600))
}

// scalerErrors are the lines of KEDA's log, from a place on, that tell of an error of an object.
func scalerErrors(t *testing.T, from int, name string) (lines []string) {
	t.Helper()
	text, err := os.ReadFile(path("logs/keda-operator.log"))
	must(t, err)
	for _, line := range strings.Split(string(text[from:]), "\n") {
		if strings.Contains(line, `"`+name+`"`) && (strings.Contains(line, `"level":"error"`) || strings.Contains(line, "KEDAScalerFailed")) {
			lines = append(lines, line)
		}
	}
	return lines
}

func logLength() int {
	found, err := os.Stat(path("logs/keda-operator.log"))
	if err != nil {
		return 0
	}
	return int(found.Size())
}

// rollout is the part of the chart's workload that says how pods are replaced.
type rollout struct {
	Spec struct {
		MinReadySeconds int
		Template        struct {
			Spec struct {
				Containers []struct {
					Lifecycle struct {
						PreStop struct{ Sleep struct{ Seconds int } }
					}
				}
			}
		}
	}
}

// The chart is installed, and two processes with its options, certificates and rights stand behind the name of its headless
// Service. The HPA of a ScaledObject with the chart's ClusterTriggerAuthentication follows a policy of a ConfigMap; and while
// both pods are replaced as the Deployment replaces them, KEDA sees no error.
func TestChart(t *testing.T) {
	needNames(t)
	helm := os.Getenv("CLUSTER_HELM")
	if helm == "" {
		t.Skip("needs helm")
	}
	t.Parallel()
	// What other tests made of the same names is not helm's.
	_, _ = kubectl("", "delete", "--ignore-not-found", "-f", filepath.Join(root, "examples/kubernetes/rbac.yaml"))
	for _, namespace := range []string{"loadline", "data"} {
		_, _ = kubectl("", "create", "namespace", namespace)
	}
	install := exec.Command(helm, "install", "loadline", filepath.Join(root, "charts/loadline"), "--kubeconfig", path("admin.kubeconfig"),
		"--namespace", "loadline", "--set", "image.repository=none,tls.mode=selfMade,sources.default.url=http://127.0.0.1:1",
		"--set", fmt.Sprintf("config.grpc.listen=0.0.0.0:%d,config.tick.interval=1s,config.tick.delay=200ms,config.tick.budget=800ms", grpcPort))
	out, err := install.CombinedOutput()
	if err != nil {
		t.Fatalf("helm install: %s", out)
	}
	t.Cleanup(func() {
		_, _ = kubectl("", "delete", "-n", "data", "--wait=true", "--ignore-not-found", "scaledobject/orders", "deployment/orders", "configmap/orders")
		_ = exec.Command(helm, "uninstall", "loadline", "--kubeconfig", path("admin.kubeconfig"), "--namespace", "loadline").Run()
	})
	takeFromChart(t)
	one, two := startPod(t, "127.0.0.2"), startPod(t, "127.0.0.3")
	setAddresses(t, scalerName, one.address, two.address)

	policy := func(replicas int) {
		apply(t, strings.Replace(configMap("orders", replicas), "namespace: default", "namespace: data", 1))
	}
	policy(5)
	text := strings.Replace(scaledObject("orders", "orders", "", "metricType: AverageValue, authenticationRef: { name: loadline, kind: ClusterTriggerAuthentication },"),
		url(grpcPort), fmt.Sprintf("%s:%d", scalerName, grpcPort), 1)
	_, err = kubectl(strings.ReplaceAll(text, "metadata: { name: orders", "metadata: { namespace: data, name: orders"), "apply", "-f", "-")
	must(t, err)
	follows := func(step string, replicas int) {
		t.Helper()
		eventually(t, fmt.Sprintf("%s: %d replicas", step, replicas), func() bool {
			var found struct{ Spec struct{ Replicas int } }
			fromCluster(t, &found, "-n", "data", "deployment/orders")
			return found.Spec.Replicas == replicas
		})
	}
	follows("the HPA follows the chart's pods, by mTLS", 5)
	policy(8)
	follows("and a policy that is changed", 8)

	for _, each := range []*pod{one, two} {
		eventually(t, each.address+" is called", each.called)
	}

	for _, resource := range []string{"configmaps", "scaledobjects.keda.sh", "scaledjobs.keda.sh", "horizontalpodautoscalers.autoscaling", "events"} {
		eventually(t, "the chart's rights are enough to watch "+resource, func() bool {
			var page problemsPage
			return json.Unmarshal([]byte(one.read("/api/v1/problems")), &page) == nil && page.watching(resource)
		})
	}

	var chart rollout
	fromCluster(t, &chart, "-n", "loadline", "deployment/loadline")
	betweenPods := time.Duration(chart.Spec.MinReadySeconds) * time.Second
	stillAnswering := time.Duration(chart.Spec.Template.Spec.Containers[0].Lifecycle.PreStop.Sleep.Seconds) * time.Second
	if betweenPods == 0 || stillAnswering == 0 {
		t.Fatalf("the Deployment has %v between pods and %v before SIGTERM", betweenPods, stillAnswering)
	}
	began := logLength()
	// As maxSurge 1 and maxUnavailable 0 do it: a new pod, minReadySeconds, an old one out of DNS, preStop, SIGTERM.
	goes := func(old *pod, address string, stay *pod) *pod {
		fresh := startPod(t, address)
		setAddresses(t, scalerName, old.address, stay.address, fresh.address)
		time.Sleep(betweenPods)
		setAddresses(t, scalerName, stay.address, fresh.address)
		time.Sleep(stillAnswering)
		must(t, old.command.Process.Signal(syscall.SIGTERM))
		if err := old.command.Wait(); err != nil {
			t.Errorf("%s did not end cleanly: %v", old.address, err)
		}
		fmt.Println("         replaced:", old.address, "by", address)
		return fresh
	}
	three := goes(one, "127.0.0.4", two)
	four := goes(two, "127.0.0.5", three)
	policy(12) // upwards: the way down waits for the HPA's five minutes
	follows("the new pods are followed", 12)
	for _, each := range []*pod{three, four} {
		eventually(t, each.address+", a new pod, is called", each.called)
	}
	for _, line := range scalerErrors(t, began, "orders") {
		t.Error("KEDA saw an error while pods were replaced: ", line)
	}

	// So that the silence above says something.
	_ = three.command.Process.Kill()
	_ = four.command.Process.Kill()
	eventually(t, "without any pod KEDA's log tells of an error", func() bool { return len(scalerErrors(t, began, "orders")) > 0 })
}
