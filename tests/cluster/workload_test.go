package cluster

import (
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// object is a Deployment and its ScaledObject of the same name.
type object struct {
	namespace, name string // the namespace default, where none is said
	replicas        int    // of the Deployment, to begin with
	annotations     string // of the ScaledObject
	min, max        int    // 20 at most, where nothing is said
	poll            int    // every 5 s, where nothing is said
	cooldown        int    // 10 s, where nothing is said
	spec            string // further fields of the ScaledObject's spec, each a line
	modifiers       string // its scalingModifiers, none where nothing is said
	triggers        []string
}

func or[T comparable](value, otherwise T) T {
	var none T
	if value == none {
		return otherwise
	}
	return value
}

func (o object) yaml() (string, error) {
	more, modifiers := "", ""
	if o.modifiers != "" {
		modifiers = "scalingModifiers: " + o.modifiers
	}
	for _, each := range strings.Split(strings.TrimSpace(o.spec), "\n") {
		more += "  " + each + "\n"
	}
	return manifest("workload.yaml", "NAMESPACE", or(o.namespace, "default"), "NAME", o.name, "START", fmt.Sprint(o.replicas),
		"ANNOTATIONS", o.annotations, "LEAST", fmt.Sprint(o.min), "MOST", fmt.Sprint(or(o.max, 20)), "POLL", fmt.Sprint(or(o.poll, 5)),
		"COOLDOWN", fmt.Sprint(or(o.cooldown, 10)), "FURTHER", more, "MODIFIERS", modifiers, "TRIGGERS", "    - "+strings.Join(o.triggers, "\n    - "))
}

// trigger is one of Loadline's, by policy and perhaps further metadata.
func (w *world) trigger(kind, policy string, metadata ...string) string {
	return fmt.Sprintf(`{ type: %s, metricType: AverageValue, metadata: { %s } }`, kind,
		strings.Join(append([]string{fmt.Sprintf("scalerAddress: %q, policy: %s", url(w.grpc), policy)}, metadata...), ", "))
}

// ofJob makes a trigger one of a ScaledJob: KEDA makes no jobs of one that has a metricType.
func ofJob(trigger string) string {
	return strings.Replace(trigger, " metricType: AverageValue,", "", 1)
}

// named gives a trigger the name by which a formula knows it.
func named(name, trigger string) string {
	return "{ name: " + name + "," + strings.TrimPrefix(trigger, "{")
}

// workload is an object that is watched: each change is a row of a table.
type workload struct {
	t              *testing.T
	namespace, app string
	world          *world
	admin          administrator
	began          time.Time
	table          *os.File
	poll           int

	mu   sync.Mutex
	last state
	path []int // the counts that the spec had, one after the other
	step string
	want string
	row  string // what the last row says, but for its time
}

// apply makes an object with one trigger, of the policy of its name.
func (w *world) apply(t *testing.T, app, kind string, poll int) *workload {
	return w.scale(t, object{name: app, poll: poll, triggers: []string{w.trigger(kind, app)}})
}

// scale makes an object, and shows what becomes of it until the test ends.
func (w *world) scale(t *testing.T, o object) *workload {
	t.Helper()
	o.namespace = or(o.namespace, "default")
	text, err := o.yaml()
	must(t, err)
	w.gauges.replicas(o.namespace, o.name, o.replicas)
	apply(t, text)
	must(t, os.MkdirAll(path("tables"), 0o755))
	table, err := os.Create(path("tables", t.Name()+"-"+o.name+".txt"))
	must(t, err)
	l := &workload{t: t, namespace: o.namespace, app: o.name, world: w, admin: newAdministrator(t), began: time.Now(), table: table, poll: or(o.poll, 5), step: "start"}
	stop := make(chan struct{})
	var done sync.WaitGroup
	done.Add(1)
	fmt.Fprintf(table, "%7s  %-56s %-40s %6s %6s %4s  %-7s %s\n", "seconds", "step", "metric", "wanted", "actual", "pods", "active", "Loadline says")
	go func() {
		defer done.Done()
		for {
			select {
			case <-stop:
				return
			case <-time.After(250 * time.Millisecond):
				l.look()
			}
		}
	}()
	t.Cleanup(func() {
		close(stop)
		done.Wait()
		_ = table.Close()
		text, _ := os.ReadFile(table.Name())
		fmt.Printf("%s: %s/%s\n%s", t.Name(), o.namespace, o.name, text)
		_, _ = kubectl("", "delete", "--wait=true", "--ignore-not-found", "-n", o.namespace, "scaledobject/"+o.name, "deployment/"+o.name)
	})
	return l
}

func (l *workload) look() {
	now, there := see(l.namespace, l.app)
	if !there {
		return
	}
	l.world.gauges.replicas(l.namespace, l.app, now.replicas)
	said := short(l.world.says(l.namespace, l.app), 80)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.last = now
	if len(l.path) == 0 || l.path[len(l.path)-1] != now.spec {
		l.path = append(l.path, now.spec)
	}
	row := fmt.Sprintf("%-56.90s %-40s %6s %6d %4d  %-7s %s", l.step, short(l.world.gauges.about(l.app), 120), l.want, now.spec, now.replicas, now.active(), said)
	if row == l.row {
		return
	}
	l.row = row
	fmt.Fprintf(l.table, "%7.2f  %s\n", time.Since(l.began).Seconds(), row)
}

func short(text string, most int) string {
	if len(text) > most {
		return text[:most] + "..."
	}
	return text
}

func (l *workload) now() state {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.last
}

func (l *workload) note(format string, arguments ...any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.step = fmt.Sprintf(format, arguments...)
}

func (l *workload) wanted(replicas int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.want = fmt.Sprint(replicas)
}

// reach waits until the target has so many replicas, and says how long that took.
func (l *workload) reach(replicas int, within time.Duration) time.Duration {
	l.t.Helper()
	l.wanted(replicas)
	began := time.Now()
	for time.Since(began) < within {
		if s := l.now(); s.spec == replicas && s.replicas == replicas {
			return time.Since(began)
		}
		time.Sleep(50 * time.Millisecond)
	}
	l.t.Errorf("%s: %s: not at %d replicas within %s, but %+v", l.app, l.step, replicas, within, l.now())
	return within
}

// hold fails if the target leaves its replicas.
func (l *workload) hold(replicas int, during time.Duration) {
	l.t.Helper()
	l.wanted(replicas)
	for began := time.Now(); time.Since(began) < during; time.Sleep(50 * time.Millisecond) {
		if s := l.now(); s.spec != replicas {
			l.t.Errorf("%s: %s: left %d replicas after %s: %+v", l.app, l.step, replicas, time.Since(began), s)
			return
		}
	}
}

// holdAll fails if one of several targets leaves its replicas. All are looked at all the time: one after the other, each would be
// alone for a part of it.
func holdAll(counts map[*workload]int, during time.Duration) {
	for l, replicas := range counts {
		l.t.Helper()
		l.wanted(replicas)
	}
	left := map[*workload]bool{}
	for began := time.Now(); time.Since(began) < during; time.Sleep(50 * time.Millisecond) {
		for l, replicas := range counts {
			if s := l.now(); s.spec != replicas && !left[l] {
				left[l] = true
				l.t.Errorf("%s: %s: left %d replicas after %s: %+v", l.app, l.step, replicas, time.Since(began), s)
			}
		}
	}
}

// rests waits until the target has had so many replicas for a while.
func (l *workload) rests(replicas int, during time.Duration) {
	l.t.Helper()
	l.wanted(replicas)
	since := time.Time{}
	for began := time.Now(); time.Since(began) < soon; time.Sleep(50 * time.Millisecond) {
		if s := l.now(); s.spec != replicas || s.replicas != replicas {
			since = time.Time{}
		} else if since.IsZero() {
			since = time.Now()
		} else if time.Since(since) > during {
			return
		}
	}
	l.t.Errorf("%s: %s: does not rest at %d replicas within %s, but %+v", l.app, l.step, replicas, soon, l.now())
}

// went says by which counts the target went, since it was made.
func (l *workload) went(counts ...int) {
	l.t.Helper()
	l.wentSince(0, counts...)
}

// place is where on its way the target is, for wentSince.
func (l *workload) place() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.path) - 1
}

// wentSince says by which counts the target went, beginning with the one of that place.
func (l *workload) wentSince(place int, counts ...int) {
	l.t.Helper()
	l.mu.Lock()
	defer l.mu.Unlock()
	if !slices.Equal(l.path[place:], counts) {
		l.t.Errorf("%s: %s: it went %v, want %v", l.app, l.step, l.path[place:], counts)
	}
}

// stepped says by how many the target went up, and down, at most at a time. Not which way: on a busy machine the HPA goes back
// where the Deployment's status is behind its spec.
func (l *workload) stepped(up, down int) {
	l.t.Helper()
	l.mu.Lock()
	defer l.mu.Unlock()
	for i := 1; i < len(l.path); i++ {
		if change := l.path[i] - l.path[i-1]; change > up || change < -down {
			l.t.Errorf("%s: it went %v, want steps of %d up and %d down at most", l.app, l.path, up, down)
			return
		}
	}
}

// comes waits for something else than replicas.
func (l *workload) comes(what string, there func() bool) {
	l.t.Helper()
	for began := time.Now(); time.Since(began) < patience; time.Sleep(250 * time.Millisecond) {
		if there() {
			return
		}
	}
	l.t.Errorf("%s: %s: not within %s: %s; it is %+v, and Loadline says %s", l.app, l.step, patience, what, l.now(), l.world.says(l.namespace, l.app))
}

// told waits until Loadline says a number, or an error that begins so.
func (l *workload) told(words string) {
	l.t.Helper()
	l.comes("Loadline says "+words, func() bool {
		said := l.world.says(l.namespace, l.app)
		return said == words || strings.HasPrefix(words, "error: ") && strings.HasPrefix(said, words)
	})
}

// condition waits for a condition of the ScaledObject.
func (l *workload) condition(kind, status string) {
	l.t.Helper()
	l.comes(kind+"="+status, func() bool { return l.now().conditions[kind] == status })
}

// annotate sets an annotation of the ScaledObject, or takes it away ("NAME-").
func (l *workload) annotate(annotations ...string) {
	l.t.Helper()
	_, err := kubectl("", append([]string{"annotate", "--overwrite", "-n", l.namespace, "scaledobject/" + l.app}, annotations...)...)
	must(l.t, err)
}

// readAgain makes KEDA build its scalers anew, as after any change of the spec: it reads Secrets only then.
func (l *workload) readAgain() {
	l.t.Helper()
	l.poll = 5 - l.poll // 2 or 3
	_, err := kubectl("", "patch", "-n", l.namespace, "scaledobject/"+l.app, "--type=merge", "-p", fmt.Sprintf(`{"spec":{"pollingInterval":%d}}`, l.poll))
	must(l.t, err)
}

// event waits for an event of the ScaledObject that has the text in its message.
func (l *workload) event(text string) {
	l.t.Helper()
	l.comes("an event that says "+text, func() bool {
		return slices.ContainsFunc(l.events(), func(each event) bool { return strings.Contains(each.Message, text) })
	})
}

type event struct {
	Reason, Message string
	Count           int
	Series          struct{ Count int }
}

// events are those of the ScaledObject, as they are now.
func (l *workload) events() []event {
	var list struct{ Items []event }
	_ = l.admin.ask(http.MethodGet, "/api/v1/namespaces/"+l.namespace+"/events?fieldSelector=involvedObject.name%3D"+l.app, "", &list)
	return list.Items
}

// eventCount is how often an event of that reason was told of the ScaledObject.
func (l *workload) eventCount(reason string) (times int) {
	for _, each := range l.events() {
		if each.Reason == reason {
			times += max(1, each.Count, each.Series.Count)
		}
	}
	return times
}
