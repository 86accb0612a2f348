// When to decide: ticks, bindings, observing, publishing.
#ifndef LOADLINE_CONTROLLER_CONTROLLER_H_
#define LOADLINE_CONTROLLER_CONTROLLER_H_

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "controller/binding.h"
#include "controller/forecast_options.h"
#include "controller/instruments.h"
#include "controller/recomputed.h"
#include "scaling/ports.h"
#include "system/clock.h"
#include "system/log.h"

namespace loadline {

struct ControllerOptions {
  Duration interval{15000};  // between ticks, which are at multiples of it
  Duration delay{2000};      // how long after a tick's time its readings are asked for: late samples have arrived
  Duration budget{10000};    // of all queries of a tick
  Duration forget_after{3600 * 1000};  // a binding without a call, that was not foreseen either
  Duration glance{1000};               // between looks whether the clock was set back
  std::size_t max_bindings = 100'000;
  ForecastOptions forecasts;          // their interval and budget are those above
  std::string data_dir;               // where the bindings are kept over a restart; empty: nowhere
  DecisionSink* journal = nullptr;    // where decisions go; must outlive the controller. Null: nowhere
  Duration heartbeat{5 * 60 * 1000};  // how often one goes there that has not changed
  // Makes of an answer what the transport sends, once, when it is published. May be empty.
  std::function<std::shared_ptr<const void>(const PublishedAnswer&)> encode;
};

// A source of numbers by its name, and who may use it.
struct NamedSource {
  std::string name;
  std::string address;                          // to show: no credentials
  std::vector<std::string> allowed_namespaces;  // names, or with one "*" at the end; empty: all
  std::shared_ptr<MetricSource> source;
};

// How a source did at the last tick that asked it.
struct SourceState {
  std::string name;
  std::string address;
  bool ok = true;
  std::string problem;  // why it is not ok
  Timestamp last_ok;    // 1970 where never
};

struct ControllerState {
  bool policies_read = false;
  std::size_t policies = 0;             // in force
  std::vector<PolicyProblem> problems;  // of the documents
  std::vector<SourceState> sources;
  Timestamp last_tick;  // the time of the last completed tick; 1970 where none
  std::size_t bindings = 0;
};

// Thread-safe.
class Controller {
 public:
  virtual ~Controller() = default;  // stops

  // Starts reading policies and ticking. Bindings of an earlier run are read from data_dir.
  virtual void Start() = 0;
  virtual void Stop() = 0;

  // The binding of a trigger, noted as called now, and made where it is new: then its first decision is made at
  // once. Null where there are max_bindings already.
  virtual std::shared_ptr<Binding> Find(const BindingView& view) = 0;

  // Makes the binding of a trigger that will call, where it is new, or keeps it: its first call finds an answer.
  virtual void Foresee(const BindingView& view) = 0;

  // The policy that the objects of a namespace get by a name; fails as PolicyBoard::Find does.
  virtual Result<std::shared_ptr<const Policy>> FindPolicy(const std::string& object_namespace,
                                                           const std::string& name) const = 0;

  virtual std::vector<std::shared_ptr<Binding>> Bindings() const = 0;
  virtual ControllerState State() const = 0;

  // The decision of a binding at a time in the past, made from what the sources remember (recompute.h). Takes as long
  // as the sources do, up to a tick's budget each; one at a time: others wait. Fails as Recompute.
  virtual Result<Recomputed> DecideAt(const BindingKey& key, Timestamp at) const = 0;
  virtual Clock& clock() const = 0;
};

// `policies`, `clock`, `log` and `instruments` must outlive the controller.
std::unique_ptr<Controller> MakeController(ControllerOptions options, std::vector<NamedSource> sources,
                                           PolicySource& policies, Clock& clock, Log& log, Instruments& instruments);

// The answer that KEDA gets now: the latest, or an error that says why it is none (none yet, or too old).
Result<std::shared_ptr<const PublishedAnswer>> CurrentAnswer(const Binding& binding, Timestamp now);

}  // namespace loadline

#endif  // LOADLINE_CONTROLLER_CONTROLLER_H_
