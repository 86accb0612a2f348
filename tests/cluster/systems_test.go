package cluster

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// The policies of examples/, each with an object of its own, follow the load of the system that they were written for. Their
// minutes are seconds here (hurried), all else is as it stands there.

var (
	waits  = regexp.MustCompile(`\b(for|cooldown|every|over|stabilize|hold|lag): (\d+)(m|s)\b`)
	limits = regexp.MustCompile(`(/)(\d+)(m|s)\b`)
	ranges = regexp.MustCompile(`\[\d+m\]`)
)

// hurried makes a second of each minute that a policy waits, and lets its rates go by the last five seconds.
func hurried(text string) string {
	seconds := func(number, unit string) string {
		var n int
		_, _ = fmt.Sscan(number, &n)
		if unit == "s" {
			n = max(3, n/60) // longer than a busy machine takes to show what it did
		}
		return fmt.Sprintf("%ds", n)
	}
	text = waits.ReplaceAllStringFunc(text, func(found string) string {
		part := waits.FindStringSubmatch(found)
		return part[1] + ": " + seconds(part[2], part[3])
	})
	text = limits.ReplaceAllStringFunc(text, func(found string) string {
		part := limits.FindStringSubmatch(found)
		return part[1] + seconds(part[2], part[3])
	})
	return ranges.ReplaceAllString(text, "[5s]")
}

// system is one of those of examples/, in a world of its own.
type system struct {
	t         *testing.T
	world     *world
	namespace string
	objects   map[string]*workload // by policy
}

func newSystem(t *testing.T, example, namespace string, replace ...string) *system {
	w := ownWorld(t, "")
	s := &system{t: t, world: w, namespace: namespace, objects: map[string]*workload{}}
	s.policies(example, replace...)
	_, _ = kubectl("", "create", "namespace", namespace)
	return s
}

func (s *system) policies(example string, replace ...string) {
	s.t.Helper()
	text, err := os.ReadFile(filepath.Join(root, "examples", example, "policy.yaml"))
	must(s.t, err)
	s.world.policy(s.t, example, strings.NewReplacer(replace...).Replace(hurried(string(text))))
}

// scale makes an object for a policy, which says what its least and its most are.
func (s *system) scale(policy string, min, most, begin int) *workload {
	s.t.Helper()
	l := s.world.scale(s.t, object{namespace: s.namespace, name: policy, replicas: begin, min: min, max: most, poll: 2,
		triggers: []string{s.world.trigger("external", policy)}})
	s.objects[policy] = l
	return l
}

// wants is a step: the load is set, and each policy's object gets to what the policy says of it, and stays there.
func (s *system) wants(step string, load func(g *gauges), counts map[string]int) {
	s.t.Helper()
	load(s.world.gauges)
	for policy, count := range counts {
		s.objects[policy].note("%s", step)
		s.objects[policy].wanted(count)
	}
	there := time.Time{}
	for began := time.Now(); time.Since(began) < 2*soon; time.Sleep(100 * time.Millisecond) { // ten steps of some seconds each
		if !s.at(counts) {
			there = time.Time{}
		} else if there.IsZero() {
			there = time.Now()
		} else if time.Since(there) > 3*time.Second {
			return
		}
	}
	for policy, count := range counts {
		if found := s.objects[policy].now(); found.spec != count {
			s.t.Errorf("%s: %s: not to stay at %d replicas within %s, but %+v", policy, step, count, 2*soon, found)
		}
	}
}

func (s *system) at(counts map[string]int) bool {
	for policy, count := range counts {
		if found := s.objects[policy].now(); found.spec != count || found.replicas != count {
			return false
		}
	}
	return true
}

// stays says that objects leave their counts no more.
func (s *system) stays(during time.Duration, counts map[string]int) {
	s.t.Helper()
	held := map[*workload]int{}
	for policy, count := range counts {
		held[s.objects[policy]] = count
	}
	holdAll(held, during)
}

func TestCdcWorkers(t *testing.T) {
	s := newSystem(t, "cdc-keda", "data")
	load := func(lag, buffer, wal float64) func(*gauges) {
		return func(g *gauges) {
			g.put("philotes_cdc_lag_seconds", lag)
			g.put("philotes_buffer_depth", buffer)
			g.put(`pg_replication_slots_pg_wal_lsn_diff{slot_name="philotes"}`, wal)
		}
	}
	rates := func(processed, events, batches float64) func(*gauges) {
		return func(g *gauges) {
			g.count("philotes_buffer_events_processed_total", processed)
			g.count("philotes_cdc_events_total", events)
			g.count("philotes_buffer_batches_total", batches)
		}
	}
	const plain, zero, all, steady, backlog = "cdc-worker", "cdc-worker-to-zero", "cdc-worker-all", "cdc-worker-steady", "cdc-worker-backlog"
	load(30, 0, 0)(s.world.gauges)
	rates(0, 0, 0)(s.world.gauges)
	for _, each := range []string{plain, all, steady, backlog} {
		s.scale(each, 1, 10, 1)
	}
	s.scale(zero, 0, 10, 0)
	quiet := map[string]int{plain: 1, all: 1, steady: 1, backlog: 1, zero: 0}
	s.wants("quiet", load(30, 0, 0), quiet)
	s.batch()
	s.wants("lag 1240 s", load(1240, 0, 0), map[string]int{plain: 5, zero: 5, all: 5, steady: 5, backlog: 1})
	s.wants("lag 200 s, buffer 24000", load(200, 24000, 0), map[string]int{plain: 3, zero: 3, all: 3, steady: 3, backlog: 1})
	s.wants("buffer 80000", load(200, 80000, 0), map[string]int{plain: 10, zero: 10, all: 10, steady: 10, backlog: 1})
	s.wants("buffer 48000, 4500 processed, 3200 events, 138 batches a second", func(g *gauges) {
		load(200, 48000, 0)(g)
		rates(4500, 3200, 138)(g) // 6.9 replicas: with 6.5 the HPA may stay at 6 on its way
	}, map[string]int{plain: 6, zero: 6, all: 6, steady: 6, backlog: 7})
	s.wants("buffer 8000", load(200, 8000, 0), map[string]int{plain: 1, zero: 1, all: 5, steady: 1, backlog: 7})
	s.wants("2.5 MB of WAL behind the slot", load(200, 8000, 2500000), map[string]int{all: 5})
	s.wants("7.5 MB of WAL behind the slot", load(200, 8000, 7500000), map[string]int{plain: 1, zero: 1, all: 8, steady: 1, backlog: 7})
	s.wants("all activity stops", func(g *gauges) { load(0, 0, 0)(g); rates(0, 0, 0)(g) }, quiet)
	s.wants("the exporter goes with the last worker: four where the policy says so", func(g *gauges) {
		g.take("philotes_cdc_lag_seconds")
		g.take("philotes_buffer_depth")
	}, map[string]int{all: 4})
	s.stays(8*time.Second, map[string]int{plain: 1, all: 4, steady: 1, backlog: 1, zero: 0})
	s.wants("WAL that nobody confirms wakes a worker", func(g *gauges) {
		g.put(`pg_replication_slots_pg_wal_lsn_diff{slot_name="philotes"}`, 500000)
	}, map[string]int{zero: 1})
	s.wants("which tells of its buffer", load(30, 20000, 500000), map[string]int{plain: 3, zero: 3, all: 3, steady: 3})
}

// batch makes the ScaledJob of their batch mode, which wants a Job as long as there is nothing to do.
func (s *system) batch() {
	s.t.Helper()
	text, err := os.ReadFile(filepath.Join(root, "examples/cdc-keda/scaledjob.yaml"))
	must(s.t, err)
	apply(s.t, strings.Replace(string(text), "loadline.loadline.svc:50051", url(s.world.grpc), 1))
	s.t.Cleanup(func() {
		_, _ = kubectl("", "delete", "-n", "data", "scaledjob/cdc-batch")
		_, _ = kubectl("", "delete", "-n", "data", "jobs", "-l", "scaledjob.keda.sh/name=cdc-batch")
	})
	admin := newAdministrator(s.t)
	eventually(s.t, "the ScaledJob of the example has a Job", func() bool { return len(jobs(s.t, admin, "data", "cdc-batch")) == 1 })
}

func TestScalingEngine(t *testing.T) {
	// The schedule of `nodes` opens within two minutes, and stays open.
	opens := time.Now().UTC().Add(100 * time.Second).Truncate(time.Minute)
	s := newSystem(t, "scaling-engine", "lake", "America/New_York", "Etc/GMT+5", "30 9 * * MON-FRI", cron(opens), "0 16 * * MON-FRI", cron(opens.Add(20*time.Minute)))
	load := func(lag, queued, memory float64) func(*gauges) {
		return func(g *gauges) {
			g.put("philotes_cdc_lag_seconds", lag)
			g.put("trino_queued_queries", queued)
			g.put("trino_memory_percent", memory)
		}
	}
	const worker, trino, nodes, dry = "cdc-worker", "trino", "nodes", "cdc-worker-dry-run"
	load(500, 0, 50)(s.world.gauges)
	for _, each := range []string{worker, trino, nodes} {
		s.scale(each, 1, 10, 1)
	}
	s.scale(dry, 1, 10, 2)
	s.wants("lag within its thresholds; 30 queries queue, but memory is below 80 %", load(500, 30, 79), map[string]int{worker: 1, trino: 1, dry: 2})
	s.stays(8*time.Second, map[string]int{worker: 1, trino: 1})
	s.wants("lag 1000 s: two more each time, up to what the cost allows; memory 80 %: both conditions", load(1000, 30, 80),
		map[string]int{worker: 8, trino: 10, dry: 2})
	s.wants("lag within its thresholds; 5 queries, but memory is above 40 %", load(500, 5, 41), map[string]int{worker: 8, trino: 10, dry: 2})
	s.stays(12*time.Second, map[string]int{worker: 8, trino: 10})
	s.wants("lag 50 s: one less each time; nothing is above", load(50, 5, 40), map[string]int{worker: 1, trino: 1, dry: 2})
	s.objects[worker].stepped(2, 1)
	s.objects[trino].stepped(2, 1)
	s.objects[dry].went(2)
	s.wants("the schedule is open", func(*gauges) {}, map[string]int{nodes: 8})
	s.objects[nodes].went(1, 8)
}

// The workers' own metric is there while there are workers.
func TestScalingEngineToZero(t *testing.T) {
	s := newSystem(t, "scaling-engine", "lake")
	const worker = "cdc-worker-to-zero"
	waiting := func(g *gauges, changes float64) { g.put("source_changes_waiting", changes) }
	lag := func(g *gauges, seconds float64) { g.put("philotes_cdc_lag_seconds", seconds) }
	waiting(s.world.gauges, 0)
	s.scale(worker, 0, 10, 0)
	s.wants("nothing to do", func(*gauges) {}, map[string]int{worker: 0})
	s.wants("changes wait", func(g *gauges) { waiting(g, 3) }, map[string]int{worker: 1})
	s.wants("lag 1000 s: two more each time", func(g *gauges) { lag(g, 1000) }, map[string]int{worker: 10})
	s.wants("lag 50 s: one less each time, to none", func(g *gauges) { lag(g, 50); waiting(g, 0) }, map[string]int{worker: 0})
	s.objects[worker].stepped(2, 1)
	s.wants("the metric went with the last worker", func(g *gauges) { g.take("philotes_cdc_lag_seconds") }, map[string]int{worker: 0})
	s.wants("changes wait again", func(g *gauges) { waiting(g, 1) }, map[string]int{worker: 1})
}

// cron is a time of every day, in the zone five hours behind UTC.
func cron(at time.Time) string {
	there := at.Add(-5 * time.Hour)
	return fmt.Sprintf("%d %d * * *", there.Minute(), there.Hour())
}

func TestPredictiveDependencies(t *testing.T) {
	day := func(ahead int) string {
		return strings.ToUpper(time.Now().UTC().AddDate(0, 0, ahead).Weekday().String()[:3])
	}
	quiet := []string{"day: MON", "day: " + day(3), "day: FRI", "day: " + day(4)}
	s := newSystem(t, "predictive-dependencies", "shop", quiet...)
	requests := func(checkout, stock, reports float64) func(*gauges) {
		return func(g *gauges) {
			g.count(`http_requests_total{app="checkout"}`, checkout)
			g.count(`http_requests_total{app="stock"}`, stock)
			g.count(`http_requests_total{app="reports"}`, reports)
		}
	}
	requests(0, 0, 0)(s.world.gauges)
	s.scale("checkout", 2, 20, 2)
	s.scale("mailer", 0, 20, 0)
	for _, each := range []string{"payment", "stock", "reports", "payment-observed"} {
		s.scale(each, 1, 20, 1)
	}
	s.wants("no requests", requests(0, 0, 0),
		map[string]int{"checkout": 2, "payment": 1, "mailer": 2, "stock": 3, "reports": 1, "payment-observed": 1})
	// These policies do not ask how many there are, so the HPA leaves what is within its tolerance. Each load has one count at
	// which it does: 497 / 50 = 9.94 is 1.1 times 9 and more, where 9.6 would be left at 9 as well as at 10.
	s.wants("445 requests a second of checkout", requests(445, 0, 0),
		map[string]int{"checkout": 9, "payment": 5, "mailer": 2, "stock": 3, "reports": 1, "payment-observed": 5})
	s.wants("230 of checkout, 497 of stock, 335 of reports", requests(230, 497, 335),
		map[string]int{"checkout": 5, "payment": 3, "mailer": 2, "stock": 10, "reports": 7, "payment-observed": 3})

	// The pattern's Monday at nine is now, and the hour after that, too.
	now := time.Now().UTC()
	s.policies("predictive-dependencies", append([]string{
		"{ day: MON, hour: 8, expectedLoad: 0.4 }", fmt.Sprintf("{ day: %s, hour: %d, expectedLoad: 0.8 }", day(0), now.Hour()),
		"{ day: MON, hour: 9, expectedLoad: 0.8 }", nextHour(now)}, quiet...)...)
	s.wants("expected: 0.8 of the peak", func(*gauges) {},
		map[string]int{"checkout": 16, "payment": 8, "mailer": 2, "stock": 10, "reports": 7, "payment-observed": 8})
	s.wants("more than is expected", requests(890, 0, 0),
		map[string]int{"checkout": 18, "payment": 9, "mailer": 2, "stock": 3, "reports": 1, "payment-observed": 9})
}

func nextHour(now time.Time) string {
	next := now.Add(time.Hour)
	return fmt.Sprintf("{ day: %s, hour: %d, expectedLoad: 0.8 }", strings.ToUpper(next.Weekday().String()[:3]), next.Hour())
}

func TestWeightedMetrics(t *testing.T) {
	s := newSystem(t, "weighted-metrics", "web")
	load := func(cpu, memory, perMinute float64) func(*gauges) {
		return func(g *gauges) {
			g.put("cpu_usage_percent", cpu)
			g.put("memory_usage_percent", memory)
			g.count("requests_total", perMinute/60)
		}
	}
	others := func(errors, waiting, slow, queue, failures float64) func(*gauges) {
		return func(g *gauges) {
			g.count("errors_total", errors/60)
			g.put("orders_waiting", waiting)
			g.count(`response_seconds_bucket{le="0.1"}`, 100-slow)
			g.count(`response_seconds_bucket{le="1"}`, 100)
			g.count(`response_seconds_bucket{le="+Inf"}`, 100)
			g.put("ml_queue_length", queue)
			g.put("ml_failure_percent", failures)
		}
	}
	const backend, production, ml, all = "backend", "backend-production", "ml-workers", "all-metrics"
	free := func(g *gauges, bytes float64) { g.put("node_memory_MemAvailable_bytes", bytes) }
	load(50, 50, 60)(s.world.gauges)
	others(0, 0, 1, 5, 3)(s.world.gauges)
	free(s.world.gauges, 4e9)
	// The rate of a counter that has just begun climbs to what it is, which is a surge like any other.
	const rate = "(60 * sum(rate(requests_total[5s])))[10s:1s]"
	must(t, await("a steady rate", func() bool {
		return s.world.holds(fmt.Sprintf("count_over_time(%s) >= 10 and min_over_time(%s) > 50", rate, rate))
	}))
	s.scale(backend, 1, 5, 1)
	s.scale(all, 1, 5, 1)
	s.scale(ml, 1, 3, 1)
	s.scale(production, 2, 8, 2)
	s.wants("within all thresholds", load(50, 50, 60), map[string]int{backend: 1, production: 2, ml: 1, all: 1})
	s.stays(10*time.Second, map[string]int{backend: 1, production: 2, ml: 1, all: 1})
	s.wants("cpu 75 %, but no memory is free", func(g *gauges) { load(75, 50, 60)(g); free(g, 1e8) },
		map[string]int{backend: 5, all: 5, production: 2})
	s.wants("cpu 75 %, memory is free; 20 items of the ML queue", func(g *gauges) { free(g, 4e9); g.put("ml_queue_length", 20) },
		map[string]int{production: 8, ml: 3})
	s.wants("cpu 15 %, but memory 35 %; the queue is empty, but 2 % fail", func(g *gauges) { load(15, 35, 10)(g); others(0, 0, 1, 0, 2)(g) },
		map[string]int{backend: 5, production: 2, ml: 3, all: 5})
	s.wants("all are low", func(g *gauges) { load(15, 20, 10)(g); others(0, 0, 1, 0, 0)(g) },
		map[string]int{backend: 1, production: 2, ml: 1, all: 5})
	s.objects[backend].stepped(1, 1)
	s.objects[production].stepped(2, 1)
	s.objects[ml].stepped(1, 1)
}

func TestLoadScoreRules(t *testing.T) {
	s := newSystem(t, "load-score", "edge")
	load := func(cpu, memory, requests, errors float64) func(*gauges) {
		return func(g *gauges) {
			g.put("proxy_cpu_percent", cpu)
			g.put("proxy_memory_percent", memory)
			g.count("proxy_requests_total", requests)
			g.put("proxy_error_percent", errors)
		}
	}
	load(50, 50, 500, 0)(s.world.gauges)
	s.scale("proxy", 1, 10, 1)
	s.wants("score 45", load(50, 50, 500, 0), map[string]int{"proxy": 1})
	s.stays(8*time.Second, map[string]int{"proxy": 1})
	s.wants("score 89, of capped parts: one more each time", load(100, 90, 2000, 20), map[string]int{"proxy": 10})
	s.wants("score 79", load(90, 90, 750, 10), map[string]int{"proxy": 10})
	s.stays(8*time.Second, map[string]int{"proxy": 10})
	s.wants("score 20: one less each time", load(20, 20, 300, 0), map[string]int{"proxy": 1})
	s.objects["proxy"].stepped(1, 1)
}

// The score is that of each replica, which more of them make smaller.
func TestLoadScoreRatio(t *testing.T) {
	s := newSystem(t, "load-score", "edge")
	// In all so many hundredths of what a replica can do, in each part of the score.
	load := func(total float64) func(*gauges) {
		each := shareOf("proxy-by-ratio", total)
		return func(g *gauges) {
			g.feed("proxy_cpu_percent", each)
			g.feed("proxy_memory_percent", each)
			g.feed("proxy_error_percent", each)
			g.countBy("proxy_requests_total", func() float64 { return 10 * each() })
		}
	}
	load(35)(s.world.gauges)
	s.scale("proxy-by-ratio", 1, 10, 1)
	s.wants("a score of 35 at 1", load(35), map[string]int{"proxy-by-ratio": 1})
	s.wants("a score of 70 at 4", load(280), map[string]int{"proxy-by-ratio": 4})
	s.wants("a score of 70 at 8", load(560), map[string]int{"proxy-by-ratio": 8})
	s.wants("a score of 70 at 3", load(210), map[string]int{"proxy-by-ratio": 3})
}

// shareOf is what each replica has of a load.
func shareOf(name string, total float64) func() float64 {
	return func() float64 {
		seen, _ := see("edge", name)
		return total / float64(max(1, seen.replicas))
	}
}

func TestLoadScoreTargets(t *testing.T) {
	s := newSystem(t, "load-score", "edge")
	const proxy = "proxy-by-targets"
	load := func(cpu, memory, requests float64) func(*gauges) {
		return func(g *gauges) {
			g.feed("proxy_cpu_percent", shareOf(proxy, cpu))
			g.feed("proxy_memory_percent", shareOf(proxy, memory))
			g.count("proxy_requests_total", requests)
		}
	}
	load(40, 40, 100)(s.world.gauges)
	s.scale(proxy, 1, 10, 1)
	s.wants("below all targets", load(40, 40, 100), map[string]int{proxy: 1})
	s.wants("cpu of 270 % in all", load(270, 100, 100), map[string]int{proxy: 4})
	s.wants("memory of 540 % in all", load(270, 540, 100), map[string]int{proxy: 7})
	s.wants("8600 requests a second", load(270, 540, 8600), map[string]int{proxy: 9})
	s.wants("and 2300", load(100, 100, 2300), map[string]int{proxy: 3})
}
