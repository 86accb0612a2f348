package cluster

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// setting is an HPA, and a script of what it sees.
type setting struct {
	name     string // a sentence: its trace is called so
	min, max int
	start    int
	metrics  int
	behavior string // as in the HPA's spec; none: the field is left out
	script   string
	slow     bool // takes more than five minutes: recorded only with CLUSTER_SLOW=1
}

const (
	anyUp   = `"scaleUp":{"policies":[{"type":"Pods","value":100,"periodSeconds":1}]}`
	anyDown = `"scaleDown":{"stabilizationWindowSeconds":0,"policies":[{"type":"Pods","value":100,"periodSeconds":1}]}`
	swift   = `{` + anyUp + `,` + anyDown + `}`
	// Periods and windows are odd, as the HPA syncs every 2 s: so nothing is just as old as one of them.
	rates = `"policies":[{"type":"Pods","value":3,"periodSeconds":5},{"type":"Percent","value":40,"periodSeconds":3}]`
)

var settings = []setting{
	{name: "without a behavior it doubles, or goes to 4, and climbs on to a peak that has passed", min: 1, max: 40, start: 1, metrics: 1,
		script: "1 30 3*6 - 3 0*3 50*2 2*3 100=2 2*3"},
	{name: "without a behavior, two metrics of which one may be missing", min: 1, max: 40, start: 3, metrics: 2,
		script: "3,3 3,- 8,- -,4 -,- 12,! !,! 2,12 2,- 2,2 20,- 2,30"},
	{name: "without a behavior, whatever is seen", min: 2, max: 30, start: 4, metrics: 1, script: "?*45"},
	{name: "without a behavior it comes down five minutes after the peak", min: 1, max: 20, start: 4, metrics: 1,
		script: "6 9 2*30 - 7 3*128", slow: true},
	{name: "an empty behavior has defaults of its own", min: 1, max: 90, start: 1, metrics: 1, behavior: `{}`, script: "100*32 3*4"},
	{name: "an empty behavior comes down five minutes after the peak", min: 1, max: 20, start: 4, metrics: 1, behavior: `{}`,
		script: "6 9 2*30 - 7 3*128", slow: true},
	{name: "a behavior of scaleDown only, with the defaults of scaleUp", min: 1, max: 60, start: 4, metrics: 1,
		behavior: `{"scaleDown":{"stabilizationWindowSeconds":5}}`, script: "?*45"},

	{name: "scaleUp Max takes the policy that allows most", min: 1, max: 70, start: 2, metrics: 1,
		behavior: `{"scaleUp":{` + rates + `,"selectPolicy":"Max"},` + anyDown + `}`, script: "100*26 4*2 100*8 40=100*3"},
	{name: "scaleUp Min takes the policy that allows least", min: 1, max: 70, start: 2, metrics: 1,
		behavior: `{"scaleUp":{` + rates + `,"selectPolicy":"Min"},` + anyDown + `}`, script: "100*22 4*2 100*8 40=100*6"},
	{name: "scaleUp Disabled never goes up", min: 1, max: 20, start: 8, metrics: 1,
		behavior: `{"scaleUp":{"selectPolicy":"Disabled"},` + anyDown + `}`, script: "100*3 8 3 9*3 - 2 5 0=5 6=9*2 30=40*2 ?*15"},
	{name: "scaleDown Max takes the policy that allows most", min: 1, max: 70, start: 60, metrics: 1,
		behavior: `{` + anyUp + `,"scaleDown":{"stabilizationWindowSeconds":0,` + rates + `}}`, script: "1*20 50 1*14"},
	{name: "scaleDown Min takes the policy that allows least", min: 1, max: 70, start: 40, metrics: 1,
		behavior: `{` + anyUp + `,"scaleDown":{"stabilizationWindowSeconds":0,` + rates + `,"selectPolicy":"Min"}}`, script: "1*20 50 1*14 4=1*6"},
	{name: "scaleDown Disabled never goes down", min: 1, max: 20, start: 6, metrics: 1,
		behavior: `{` + anyUp + `,"scaleDown":{"stabilizationWindowSeconds":5,"selectPolicy":"Disabled"}}`, script: "2*4 7 0*2 9 - 3 30=3*2 4=3*2 ?*15"},

	{name: "a scaleDown stabilization waits for the highest of its window", min: 1, max: 20, start: 5, metrics: 1,
		behavior: `{` + anyUp + `,"scaleDown":{"stabilizationWindowSeconds":5,"policies":[{"type":"Pods","value":100,"periodSeconds":1}]}}`,
		script:   "5 9 3*7 7 3*2 5*2 -*2 2*8 10 - - - - - 1*3 ?*10"},
	{name: "a scaleUp stabilization waits for the lowest of its window", min: 1, max: 20, start: 3, metrics: 1,
		behavior: `{"scaleUp":{"stabilizationWindowSeconds":5,"policies":[{"type":"Pods","value":100,"periodSeconds":1}]},` + anyDown + `}`,
		script:   "3 9*7 4 12*2 11*2 -*2 15*8 2 - - - - - 10*3 ?*10"},
	{name: "both stabilizations hold between the lowest and the highest", min: 1, max: 20, start: 5, metrics: 1,
		behavior: `{"scaleUp":{"stabilizationWindowSeconds":3},"scaleDown":{"stabilizationWindowSeconds":5}}`, script: "5 9 2 9 2 7*4 3*6 ?*35"},
	{name: "an event too old for its own direction gives way, though the other would count it", min: 1, max: 60, start: 10, metrics: 1,
		behavior: `{"scaleUp":{"policies":[{"type":"Pods","value":10,"periodSeconds":5}]},
			"scaleDown":{"stabilizationWindowSeconds":0,"policies":[{"type":"Pods","value":5,"periodSeconds":300}]}}`,
		script: "20 20*3 30 1*4 40*8 1*4 60*10 1*6"},

	{name: "the edges of the tolerance of a tenth", min: 1, max: 500, start: 10, metrics: 1, behavior: swift,
		script: `10=9 10=8.999 10=11 10=11.001 13=11.7 13=11.699 12=13.2 12=13.201 3=3.3 3=3.301 3=2.7 3=2.699 7=6.3 7=7.7 7=7.701 1=1.1
			1=1.101 1=0.9 1=0.899 2=0.9 2=1.1 101=90.9 101=111.1 101=111.101 499=449.1 499=449.099 23=25.3 29=26.1 29=31.9 29=31.901`},
	{name: "a tolerance for each direction", min: 1, max: 60, start: 10, metrics: 1,
		behavior: `{"scaleUp":{"tolerance":"300m","policies":[{"type":"Pods","value":100,"periodSeconds":1}]},
			"scaleDown":{"tolerance":"50m","stabilizationWindowSeconds":0,"policies":[{"type":"Pods","value":100,"periodSeconds":1}]}}`,
		script: "10=13 10=13.001 10=9.5 10=9.499 20=19 20=18.999 20=26 20=26.001 3=2.85 3=2.849 3=3.9 3=3.901 7=6.65 7=9.1 7=9.101 ?*20"},
	{name: "a tolerance of nothing follows each whole number", min: 1, max: 60, start: 10, metrics: 1,
		behavior: `{"scaleUp":{"tolerance":"0","policies":[{"type":"Pods","value":100,"periodSeconds":1}]},
			"scaleDown":{"tolerance":"0","stabilizationWindowSeconds":0,"policies":[{"type":"Pods","value":100,"periodSeconds":1}]}}`,
		script: "1=1.001 10=10 10.001 10.5 11 10.999 10=9.001 10=9 3=2.999 3=3 ?*15"},

	{name: "two metrics: one that is missing bars the way down, not the way up", min: 1, max: 20, start: 4, metrics: 2, behavior: swift,
		script: "4,9 9,- 12,- 2,- -,2 -,15 -,- 1,1 -,3 !,4 0,0 0,- 5,5.5 5.5,- 6.1,- -,5 9,2 2,9 8.5,- !,! 3,- 3,3 -,- ?*20"},
	{name: "a metric that is missing holds the count, and the next value counts at once", min: 1, max: 20, start: 6, metrics: 1, behavior: swift,
		script: "6 -*3 9 !*2 2 - 2 30=-*2 1 - 0 -"},
	{name: "bounds hold, whatever the behavior", min: 3, max: 12, start: 5, metrics: 1,
		behavior: `{"scaleUp":{` + rates + `},"scaleDown":{"stabilizationWindowSeconds":5,` + rates + `}}`,
		script:   "1*6 50*8 30=50*3 1=50*5 20=2*6 1=-*3 14=- 5*3"},
	{name: "bounds hold without a behavior", min: 3, max: 12, start: 5, metrics: 1, script: "50*3 30=2*2 1=2*2 2=50*3 20=-*2 0*2"},
	{name: "values of nothing and of little, and no replicas", min: 1, max: 20, start: 3, metrics: 1, behavior: swift,
		script: "0 0.001 0.9 0.5 1 1.1 1.101 0=5*2 2=2 0*2 0=0 1=- 7 0.01 3"},
	{name: "the tolerance goes by the replicas of the status, the rest by those of the spec", min: 1, max: 40, start: 6, metrics: 1, behavior: swift,
		script: "6 6/3 12 12/6 6/7 7/0 0/0 4 4/4 8/4 8/7 7/7 8/8 3/8 3/3 -/1 5/5 0/2 9/9 9.9/10 ?*15"},
	{name: "the status behind the spec, without a behavior", min: 1, max: 40, start: 6, metrics: 1,
		script: "6 6/3 12 12/6 7/7 7/0 20/12 20/14 40/20 3/3 -/1 9.9/10"},
	{name: "the status behind the spec, two metrics of which one may be missing", min: 1, max: 40, start: 6, metrics: 2, behavior: swift,
		script: "6,6 6,-/7 6,-/6 5,-/5 12,-/4 12,-/11 -,9/9 9,9/9 8,-/8 4,8/8 ?*20"},
	{name: "a policy of 2147483647 pods lets nothing go up, as the HPA counts in 32 bits", min: 1, max: 5000, start: 2, metrics: 1,
		behavior: `{"scaleUp":{"policies":[{"type":"Pods","value":2147483647,"periodSeconds":5}]},
			"scaleDown":{"stabilizationWindowSeconds":0,"policies":[{"type":"Percent","value":2147483647,"periodSeconds":5}]}}`,
		script: "2 3 50 50 2=9 300=300 200 2 4"},
	{name: "a percentage of more than 32 bits hold lets nothing go up", min: 1, max: 5000, start: 2, metrics: 1,
		behavior: `{"scaleUp":{"policies":[{"type":"Percent","value":2147483647,"periodSeconds":5}]},
			"scaleDown":{"stabilizationWindowSeconds":0,"policies":[{"type":"Pods","value":2147483647,"periodSeconds":5}]}}`,
		script: "2 3 50 50 2=9 300=300 200 2 4 1000*3"},
	{name: "a value of more than 32 bits hold goes up as others do", min: 1, max: 2000000000, start: 2, metrics: 1, behavior: swift,
		script: "2 3000000000 9000000000000 2 3000000000 1000000=3000000000*2"},

	{name: "rates both ways, Max, whatever is seen", min: 1, max: 40, start: 6, metrics: 1,
		behavior: `{"scaleUp":{` + rates + `},"scaleDown":{"stabilizationWindowSeconds":5,` + rates + `}}`, script: "?*45"},
	{name: "rates both ways, Min, whatever is seen", min: 1, max: 40, start: 6, metrics: 1,
		behavior: `{"scaleUp":{"stabilizationWindowSeconds":3,"selectPolicy":"Min",` + rates + `},
			"scaleDown":{"stabilizationWindowSeconds":0,"selectPolicy":"Min",` + rates + `}}`, script: "?*45"},
	{name: "periods of different length, two metrics, whatever is seen", min: 2, max: 40, start: 6, metrics: 2,
		behavior: `{"scaleUp":{"policies":[{"type":"Percent","value":30,"periodSeconds":5},{"type":"Pods","value":2,"periodSeconds":1}]},
			"scaleDown":{"stabilizationWindowSeconds":3,"policies":[{"type":"Percent","value":20,"periodSeconds":3},{"type":"Pods","value":1,"periodSeconds":5}]}}`,
		script: "?*45"},
}

// step is one sync: what it sees.
type step struct {
	byHand *int // the target is scaled to this before
	status *int // what its status says; otherwise what its spec does
	values []float64
	drawn  bool // the values are drawn, and now and then the rest
}

var word = regexp.MustCompile(`^(?:(\d+)=)?([^/*]+)(?:/(\d+))?(?:\*(\d+))?$`)

// steps reads a script: words of the form [SPEC=]VALUE[,VALUE][/STATUS][*TIMES]. A VALUE is a number, - where the metric
// is not there, or ! where it is an error; ? draws all.
func steps(script string) (list []step, err error) {
	whole := func(text string) *int {
		value, err := strconv.Atoi(text)
		if err != nil {
			return nil
		}
		return &value
	}
	for _, each := range strings.Fields(script) {
		part := word.FindStringSubmatch(each)
		if part == nil {
			return nil, fmt.Errorf("no step: %s", each)
		}
		one := step{byHand: whole(part[1]), status: whole(part[3]), drawn: part[2] == "?"}
		for _, value := range strings.Split(part[2], ",") {
			number, known := map[string]float64{"-": noSuchMetric, "!": metricFails, "?": 0}[value]
			if !known {
				if number, err = strconv.ParseFloat(value, 64); err != nil {
					return nil, err
				}
			}
			one.values = append(one.values, number)
		}
		times := 1
		if count := whole(part[4]); count != nil {
			times = *count
		}
		for ; times > 0; times-- {
			list = append(list, one)
			one.byHand = nil
		}
	}
	return list, nil
}
