package cluster

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// ownAddress is one of this machine that an API server takes for a pod's: not loopback, not link-local.
func ownAddress() string {
	addresses, _ := net.InterfaceAddrs()
	for _, each := range addresses {
		if network, ok := each.(*net.IPNet); ok && network.IP.To4() != nil && network.IP.IsGlobalUnicast() {
			return network.IP.String()
		}
	}
	return ""
}

// chartService is the HTTP Service of the chart, as charts/manifests has it.
func chartService(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, "charts/manifests/loadline.yaml"))
	must(t, err)
	for _, each := range strings.Split(string(text), "\n---\n") {
		if strings.Contains(each, "kind: Service\n") && strings.Contains(each, "name: loadline-http\n") {
			return each
		}
	}
	t.Fatal("charts/manifests/loadline.yaml has no Service loadline-http")
	return ""
}

// startsPod makes the object of a pod that Loadline plays at this address.
func startsPod(t *testing.T, address string) {
	t.Helper()
	apply(t, `apiVersion: v1
kind: Pod
metadata: { name: loadline-0, namespace: loadline }
spec: { containers: [{ name: loadline, image: none }] }
`)
	_, err := kubectl("", "patch", "pod/loadline-0", "-n", "loadline", "--subresource", "status", "-p",
		fmt.Sprintf(`{"status":{"podIP":%[1]q,"podIPs":[{"ip":%[1]q}]}}`, address))
	must(t, err)
}

// endpoints is where a Service leads to, as a controller would write it; without a pod that is ready: nowhere.
func endpoints(service, address string, port int) string {
	subsets := ""
	if address != "" {
		subsets = fmt.Sprintf("{ addresses: [{ ip: %q, targetRef: { kind: Pod, namespace: loadline, name: loadline-0 } }], ports: [{ name: http, port: %d }] }",
			address, port)
	}
	return fmt.Sprintf("{ apiVersion: v1, kind: Endpoints, metadata: { name: %s, namespace: loadline }, subsets: [%s] }\n", service, subsets)
}

// viaKubectl is `kubectl loadline ...`: kubectl finds build/loadline by its other name.
func viaKubectl(kubeconfig string, arguments ...string) *exec.Cmd {
	command := exec.Command(filepath.Join(programs, "kubectl"), append([]string{"loadline"}, arguments...)...)
	command.Env = append(os.Environ(), "PATH="+path("plugins")+":"+os.Getenv("PATH"), "KUBECONFIG="+kubeconfig)
	return command
}

// userConfig makes a service account, and a kubeconfig with a token of it.
func userConfig(t *testing.T, name string) string {
	t.Helper()
	_, _ = kubectl("", "create", "serviceaccount", name, "-n", "loadline")
	token, err := kubectl("", "create", "token", name, "-n", "loadline")
	must(t, err)
	return tokenConfig(t, name, strings.TrimSpace(token))
}

func tokenConfig(t *testing.T, name, token string) string {
	t.Helper()
	config := fmt.Sprintf(`{apiVersion: v1, kind: Config, current-context: c,
  clusters: [{name: c, cluster: {server: "https://%s", certificate-authority: %s}}],
  users: [{name: c, user: {token: %s}}],
  contexts: [{name: c, context: {cluster: c, user: c, namespace: default}}]}
`, url(apiPort), path("pki/ca.crt"), token)
	must(t, os.WriteFile(path(name+".kubeconfig"), []byte(config), 0o600))
	return path(name + ".kubeconfig")
}

// lines collects what a program writes, while it runs.
type lines struct {
	mu   sync.Mutex
	text string
}

func (l *lines) Write(part []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.text += string(part)
	return len(part), nil
}

func (l *lines) have(words string) func() bool {
	return func() bool {
		l.mu.Lock()
		defer l.mu.Unlock()
		return strings.Contains(l.text, words)
	}
}

// `kubectl loadline`, by the real kubectl, through the real API server's proxy.
func TestKubectlPlugin(t *testing.T) {
	address := ownAddress()
	if address == "" {
		t.Skip("needs an address that is not loopback")
	}
	kubeconfig := accountConfig(t)
	must(t, os.MkdirAll(path("plugins"), 0o755))
	must(t, os.Symlink(filepath.Join(root, "build/loadline"), path("plugins/kubectl-loadline")))
	must(t, os.WriteFile(path("operator"), []byte(operatorToken+"\n"), 0o600))
	must(t, os.WriteFile(path("tokens"), []byte("operator "+operatorToken+" anna\n"), 0o600))
	t.Setenv("LOADLINE_HTTP_TOKENS_FILE", path("tokens"))
	t.Setenv("LOADLINE_HTTP_LISTEN", fmt.Sprintf("0.0.0.0:%d", httpPort))
	w := newWorldWith(t, fmt.Sprintf("kubernetes: {enabled: true, kubeconfig: %s}\n", kubeconfig))
	t.Cleanup(func() {
		_, _ = kubectl("", "delete", "--wait=true", "--ignore-not-found", "scaledobject/held", "deployment/held", "configmap/from-configmap")
		_, _ = kubectl("", "delete", "-n", "loadline", "--ignore-not-found", "service/loadline-http", "service/loadline-tls",
			"endpoints/loadline-http", "endpoints/loadline-tls", "pod/loadline-0", "--grace-period=0", "--force")
	})
	apply(t, configMap("from-configmap", 3))
	apply(t, scaledObject("held", "from-configmap", "", ""))
	eventually(t, "a binding decides", func() bool { return wants(httpPort, "held") == 3 })

	admin := path("admin.kubeconfig")
	// says runs the plugin, and wants this exit code and these words of it.
	says := func(what, kubeconfig string, code int, words string, arguments ...string) {
		t.Helper()
		command := viaKubectl(kubeconfig, arguments...)
		out, _ := command.CombinedOutput()
		if found := command.ProcessState.ExitCode(); found != code || !strings.Contains(string(out), words) {
			t.Errorf("%s: kubectl loadline %s: exit code %d, want %d with %q:\n%s", what, strings.Join(arguments, " "), found, code, words, out)
			return
		}
		fmt.Printf("          %s: kubectl loadline %s\n%s", what, strings.Join(arguments, " "), out)
	}
	token := []string{"--token-file", path("operator")}
	with := func(arguments ...string) []string { return append(arguments, token...) }

	says("no Service", admin, 2, "no Service of any namespace has the label app.kubernetes.io/name=loadline", "status")
	apply(t, chartService(t))
	apply(t, endpoints("loadline-http", "", 0))
	says("no pods", admin, 2, "no pod is ready behind port http of the Service loadline/loadline-http", "status")
	startsPod(t, address)
	apply(t, endpoints("loadline-http", address, httpPort))
	says("no token", admin, 2, "want one header Authorization: Bearer TOKEN, or X-Loadline-Token: TOKEN", "status")

	says("status", admin, 0, "default/held", with("status")...)
	says("the context's namespace", admin, 0, "default/held wants 3 replicas", with("explain", "held")...)
	says("another namespace", admin, 1, "data/held has not called", with("-n", "data", "explain", "held")...)
	says("history", admin, 0, "from-configmap", with("history", "held")...)
	says("the Service by name", admin, 0, "default/held", with("--service", "loadline/loadline-http", "explain", "default/held")...)
	says("by its port's number", admin, 0, "default/held", with("--service", "loadline/loadline-http:8080", "explain", "default/held")...)
	says("no such port", admin, 2, "the Service loadline/loadline-http has no port 81", with("--service", "loadline/loadline-http:81", "status")...)
	says("no such port by name", admin, 2, "no pod is ready behind port web of the Service loadline/loadline-http", with("--service", "loadline/loadline-http:web", "status")...)
	says("no such Service", admin, 2, "there is no Service loadline/none", with("--service", "loadline/none", "status")...)
	says("speaks no TLS", admin, 2, "it speaks no TLS: --service loadline/loadline-http", with("--service", "https:loadline/loadline-http", "status")...)

	watch, said := viaKubectl(admin, with("explain", "--watch", "held")...), &lines{}
	watch.Stdout, watch.Stderr = said, said
	must(t, watch.Start())
	defer func() { _ = watch.Process.Kill(); _ = watch.Wait() }()
	eventually(t, "explain --watch says how it is", said.have("default/held        3 active"))

	events := make(chan string, 1000)
	stream := exec.Command(filepath.Join(programs, "kubectl"), "proxy", "--port", "0")
	stream.Env = append(os.Environ(), "KUBECONFIG="+admin)
	out, err := stream.StdoutPipe()
	must(t, err)
	must(t, stream.Start())
	defer func() { _ = stream.Process.Kill(); _ = stream.Wait() }()
	first, err := bufio.NewReader(out).ReadString('\n')
	must(t, err)
	request, err := http.NewRequest("GET", "http://"+strings.TrimSpace(strings.TrimPrefix(first, "Starting to serve on "))+
		"/api/v1/namespaces/loadline/services/loadline-http:http/proxy/api/v1/events?name=held", nil)
	must(t, err)
	request.Header.Set("X-Loadline-Token", operatorToken)
	response, err := http.DefaultClient.Do(request)
	must(t, err)
	defer response.Body.Close()
	go func() {
		for scanner := bufio.NewScanner(response.Body); scanner.Scan(); {
			events <- scanner.Text()
		}
	}()

	says("set", admin, 0, "ConfigMap loadline/loadline-overrides",
		with("override", "set", "held", "--pin", "5", "--for", "1h", "--name", "drill", "--reason", "a drill")...)
	eventually(t, "what was set is obeyed", func() bool { return wants(httpPort, "held") == 5 })
	eventually(t, "explain --watch says what has changed", said.have("default/held        5 active"))
	eventually(t, "and a stream of events comes through, line by line", func() bool {
		select {
		case line := <-events:
			return strings.HasPrefix(line, "data: ") && strings.Contains(line, `"replicas":5`)
		default:
			return false
		}
	})
	if log, _ := os.ReadFile(path("logs", "loadline.log")); !strings.Contains(string(log), `"event":"api_change","outcome":"done","reason":"","caller":"anna"`) {
		t.Error("the audit log does not name who set it")
	}
	says("diff", admin, 0, "nothing differs", with("diff", "held", "--at", "now", "--at", "now")...)
	says("list", admin, 0, "drill", with("override", "list")...)
	says("remove", admin, 0, "override drill is removed", with("override", "remove", "drill")...)
	says("a token that is none", admin, 1, "there is no such token", "override", "remove", "drill", "--token-file", path("token"))
	says("a file that is no token", admin, 2, "has more than a token in it", "override", "remove", "drill", "--token-file", path("pki/ca.crt"))

	user := userConfig(t, "person")
	says("a user without rights", user, 2, "may not list services in all namespaces: RBAC wants a ClusterRole", with("status")...)
	named := with("--service", "loadline/loadline-http")
	says("a user without rights", user, 2, `may not get services/proxy in namespace loadline: RBAC wants a Role with apiGroups [""], resources [services/proxy], verbs [get]`,
		append(named, "explain", "held")...)
	apply(t, `apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: { name: person, namespace: loadline }
rules: [{ apiGroups: [""], resources: [services/proxy], resourceNames: ["loadline-http:http"], verbs: [get] }]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: { name: person, namespace: loadline }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: Role, name: person }
subjects: [{ kind: ServiceAccount, name: person, namespace: loadline }]
`)
	eventually(t, "the right to the one Service is enough", func() bool {
		command := viaKubectl(user, append(named, "explain", "held")...)
		out, _ := command.CombinedOutput()
		return strings.Contains(string(out), "default/held wants")
	})
	text, err := os.ReadFile(user)
	must(t, err)
	_, after, _ := strings.Cut(string(text), "user: {token: ")
	jwt, _, _ := strings.Cut(after, "}")
	must(t, os.WriteFile(path("login"), []byte(fmt.Sprintf("echo '{\"kind\":\"ExecCredential\",\"status\":{\"token\":\"%s\"}}'\n", jwt)), 0o600))
	must(t, os.WriteFile(path("exec.kubeconfig"), []byte(strings.Replace(string(text), "token: "+jwt,
		fmt.Sprintf("exec: {apiVersion: client.authentication.k8s.io/v1, command: sh, args: [%s], interactiveMode: Never}", path("login")), 1)), 0o600))
	says("a token that a program fetches", path("exec.kubeconfig"), 0, "default/held wants", append(named, "explain", "held")...)
	says("a user who may look only", user, 2, "may not create services/proxy in namespace loadline",
		append(named, "override", "set", "held", "--pin", "5", "--for", "1h", "--reason", "x")...)
	says("a token of Kubernetes that does not count", tokenConfig(t, "nobody", "none"), 2, "the API server does not know who asks (401)", with("status")...)

	tls := strings.NewReplacer(url(grpcPort), url(secondGrpcPort), url(httpPort), fmt.Sprintf("0.0.0.0:%d", secondHttpPort), path("data"), path("data-tls"))
	text, err = os.ReadFile(path("loadline.yaml"))
	must(t, err)
	must(t, os.WriteFile(path("tls.yaml"), []byte(tls.Replace(string(text))), 0o644))
	second, err := spawn("tls", filepath.Join(root, "build/loadline"), []string{"LOADLINE_HTTP_LISTEN=" + fmt.Sprintf("0.0.0.0:%d", secondHttpPort)},
		"serve", "--config", path("tls.yaml"), "--http.tls.certificateFile", path("keda-certs/tls.crt"), "--http.tls.keyFile", path("keda-certs/tls.key"))
	must(t, err)
	t.Cleanup(func() { _ = second.Process.Kill(); _ = second.Wait() })
	must(t, await("the Loadline with TLS", listens(secondHttpPort)))
	apply(t, strings.ReplaceAll(strings.Replace(chartService(t), "name: http, port", "name: http, appProtocol: https, port", 1), "loadline-http", "loadline-tls"))
	apply(t, endpoints("loadline-tls", address, secondHttpPort))
	says("two Services", admin, 2, "there are 2 Loadlines in the cluster: say --service loadline/loadline-http or --service https:loadline/loadline-tls", with("status")...)
	says("TLS", admin, 0, "", with("--service", "https:loadline/loadline-tls", "override", "list")...)
	says("TLS that was not said", admin, 2, "EOF; if it speaks TLS: --service https:loadline/loadline-tls", with("--service", "loadline/loadline-tls", "override", "list")...)
	_, err = kubectl("", "delete", "-n", "loadline", "service/loadline-http")
	must(t, err)
	says("TLS, by the port's appProtocol", admin, 0, "", with("override", "list")...)

	apply(t, chartService(t))
	apply(t, endpoints("loadline-http", address, httpPort)) // they went with the Service
	w.loadline.kill()
	eventually(t, "a pod that does not answer is told", func() bool {
		out, _ := viaKubectl(admin, with("explain", "--service", "loadline/loadline-http")...).CombinedOutput()
		return strings.Contains(string(out), "the API server does not get through to the Service loadline/loadline-http")
	})
	stopAPIServer()
	says("no API server", admin, 2, "the API server does not answer: 127.0.0.1:", with("status")...)
	must(t, startAPIServer())
}
