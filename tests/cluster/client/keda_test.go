package client

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"testing"
	"time"

	v2 "k8s.io/api/autoscaling/v2"

	kedav1alpha1 "github.com/kedacore/keda/v2/apis/keda/v1alpha1"
	"github.com/kedacore/keda/v2/pkg/scalers"
	"github.com/kedacore/keda/v2/pkg/scalers/scalersconfig"
	"github.com/kedacore/keda/v2/pkg/scaling/cache"
)

// object is a ScaledObject of one trigger in KEDA's cache of scalers, which rebuilds a scaler that fails and asks it
// once more. Where that fails, too, KEDA drops the cache, and makes another for the next poll (rule 5).
type object struct {
	t      *testing.T
	cache  *cache.ScalersCache // nil: dropped
	config *scalersconfig.ScalerConfig
}

// A change to what the trigger says.
type change func(*scalersconfig.ScalerConfig)

func metadata(key, value string) change {
	return func(config *scalersconfig.ScalerConfig) { config.TriggerMetadata[key] = value }
}

// without leaves a key out.
func without(key string) change {
	return func(config *scalersconfig.ScalerConfig) { delete(config.TriggerMetadata, key) }
}

func auth(params map[string]string) change {
	return func(config *scalersconfig.ScalerConfig) { config.AuthParams = maps.Clone(params) }
}

// The trigger of object `name`, whose number is that of app `name`.
func configOf(address, kind, name string, changes ...change) *scalersconfig.ScalerConfig {
	config := &scalersconfig.ScalerConfig{
		ScalableObjectName: name, ScalableObjectNamespace: "data", ScalableObjectType: "ScaledObject", TriggerType: kind,
		TriggerMetadata: map[string]string{"scalerAddress": address, "policy": "worker", "app": name},
		AuthParams:      map[string]string{}, ResolvedEnv: map[string]string{}, MetricType: v2.AverageValueMetricType,
	}
	for _, each := range changes {
		each(config)
	}
	return config
}

func objectOf(t *testing.T, config *scalersconfig.ScalerConfig) *object {
	t.Helper()
	o := &object{t: t, config: config}
	o.build()
	t.Cleanup(o.close)
	return o
}

func (o *object) build() {
	config := o.config
	factory := func(context.Context) (scalers.Scaler, *scalersconfig.ScalerConfig, error) {
		if config.TriggerType == "external-push" {
			scaler, err := scalers.NewExternalPushScaler(config)
			return scaler, config, err
		}
		scaler, err := scalers.NewExternalScaler(config)
		return scaler, config, err
	}
	scaler, _, err := factory(context.Background())
	must(o.t, err)
	o.cache = &cache.ScalersCache{ScaledObject: &kedav1alpha1.ScaledObject{},
		Scalers: []cache.ScalerBuilder{{Scaler: scaler, ScalerConfig: *config, Factory: factory}}}
}

func (o *object) close() {
	if o.cache != nil {
		o.cache.Close(context.Background())
	}
	o.cache = nil
}

// answer is what a poll got.
type answer struct {
	name    string // the HPA's for the metric
	target  string
	value   string
	active  bool
	latency time.Duration
}

// poll is a turn of KEDA's loop: GetMetricSpec, GetMetrics, IsActive, one after the other.
func (o *object) poll(ctx context.Context) (a answer, err error) {
	began := time.Now()
	if o.cache == nil {
		o.build()
	}
	defer func() {
		a.latency = time.Since(began)
		if err != nil {
			o.close()
		}
	}()
	specs, err := o.cache.GetMetricSpecForScalingForScaler(ctx, 0)
	if err != nil {
		return a, err
	}
	if len(specs) != 1 {
		return a, fmt.Errorf("%d specs", len(specs))
	}
	a.name = specs[0].External.Metric.Name
	if specs[0].External.Target.AverageValue != nil {
		a.target = specs[0].External.Target.AverageValue.String()
	}
	values, active, _, err := o.cache.GetMetricsAndActivityForScaler(ctx, 0, a.name)
	if err != nil {
		return a, err
	}
	if len(values) != 1 {
		return a, fmt.Errorf("%d values", len(values))
	}
	if values[0].MetricName != a.name {
		return a, errors.New("the value of " + values[0].MetricName)
	}
	// As it reaches the HPA.
	a.value, a.active = fmt.Sprint(float64(values[0].Value.MilliValue())/1000), active
	return a, nil
}

// says is a poll in words: "2.5 active", or its error.
func (o *object) says() string {
	a, err := o.poll(within(o.t, 10*time.Second))
	if err != nil {
		return err.Error()
	}
	if a.active {
		return a.value + " active"
	}
	return a.value
}

// becomes waits until polls say so.
func (o *object) becomes(wanted string) {
	o.t.Helper()
	said := ""
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if said = o.says(); said == wanted {
			return
		}
	}
	o.t.Fatalf("polls of %s say %q, and not %q within 20 s", o.config.ScalableObjectName, said, wanted)
}

// pushed is an object with its streams open, as KEDA's startPushScalers has them.
type pushed struct {
	*object
	scaler scalers.PushScaler
	told   chan bool
	cancel context.CancelFunc
}

func push(t *testing.T, config *scalersconfig.ScalerConfig) *pushed {
	t.Helper()
	o := objectOf(t, config)
	ctx, cancel := context.WithCancel(context.Background())
	p := &pushed{object: o, scaler: o.cache.GetPushScalers()[0].Scaler, told: make(chan bool, 1000), cancel: cancel}
	go p.scaler.Run(ctx, p.told)
	t.Cleanup(cancel)
	return p
}

// hears waits for what the stream says next, and says how long that took.
func (p *pushed) hears(wanted bool, limit time.Duration) time.Duration {
	p.t.Helper()
	began := time.Now()
	select {
	case got := <-p.told:
		if got != wanted {
			p.t.Fatalf("the stream of %s says %v, and not %v", p.config.ScalableObjectName, got, wanted)
		}
	case <-time.After(limit):
		p.t.Fatalf("the stream of %s says nothing within %s", p.config.ScalableObjectName, limit)
	}
	return time.Since(began)
}

// hearsNothing: not so far.
func (p *pushed) hearsNothing() {
	p.t.Helper()
	select {
	case got := <-p.told:
		p.t.Fatalf("the stream of %s says %v", p.config.ScalableObjectName, got)
	default:
	}
}

// specs are what StreamMetricSpec says.
func (p *pushed) specs() <-chan []v2.MetricSpec {
	return p.scaler.(scalers.MetricSpecStreamer).MetricSpecChan()
}
