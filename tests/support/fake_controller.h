// A controller whose answers a test publishes itself.
#ifndef LOADLINE_TESTS_SUPPORT_FAKE_CONTROLLER_H_
#define LOADLINE_TESTS_SUPPORT_FAKE_CONTROLLER_H_

#include "controller/controller.h"
#include "system/clock.h"

namespace loadline::testing {

class FakeController : public Controller {
 public:
  // `encode` as in ControllerOptions; `policy` is that of every answer.
  FakeController(std::shared_ptr<const Policy> policy,
                 std::function<std::shared_ptr<const void>(const PublishedAnswer&)> encode)
      : policy_(std::move(policy)), encode_(std::move(encode)) {}

  void Start() override {}
  void Stop() override {}
  std::shared_ptr<Binding> Find(const BindingView& view) override {
    bool made = false;
    auto binding = table_.FindOrMake(view, clock().Now(), made);
    if (binding != nullptr) binding->Touch(clock().Now());
    if (made && on_new) on_new(*binding);
    return binding;
  }
  void Foresee(const BindingView& view) override {
    bool made = false;
    table_.FindOrMake(view, clock().Now(), made, BindingTable::Why::kForeseen);
  }
  Result<std::shared_ptr<const Policy>> FindPolicy(const std::string&, const std::string&) const override {
    return policy_;
  }
  std::vector<std::shared_ptr<Binding>> Bindings() const override { return table_.All(); }
  ControllerState State() const override {
    ControllerState shown = state;
    shown.bindings = table_.size();
    return shown;
  }
  Result<Recomputed> DecideAt(const BindingKey& key, Timestamp at) const override {
    if (on_decide_at) return on_decide_at(key, at);
    return Fail(Code::kNotFound, "nothing is recomputed here");
  }
  Clock& clock() const override { return SystemClock(); }

  void Publish(Binding& binding, double replicas, bool active, Duration age = Duration(0)) {
    auto answer = Make(age);
    answer->decision.replicas = replicas;
    answer->decision.active = active;
    answer->decision.confidence = {1, 0.75, 1};
    Finish(binding, std::move(answer));
  }
  void PublishDecision(Binding& binding, Decision decision) {
    auto answer = Make(Duration(0));
    answer->decision = std::move(decision);
    Finish(binding, std::move(answer));
  }
  void PublishForecasts(Binding& binding, PublishedForecasts forecasts) {
    auto answer = Make(Duration(0));
    answer->forecasts = std::move(forecasts);
    Finish(binding, std::move(answer));
  }
  void PublishError(Binding& binding, Error error) {
    auto answer = Make(Duration(0));
    answer->error = std::move(error);
    Finish(binding, std::move(answer));
  }

  ControllerState state;
  std::function<Result<Recomputed>(const BindingKey&, Timestamp)> on_decide_at;
  std::function<void(Binding&)> on_new;  // called for each new binding, from an RPC's thread

 private:
  std::shared_ptr<PublishedAnswer> Make(Duration age) const {
    auto answer = std::make_shared<PublishedAnswer>();
    answer->time = clock().Now() - age;
    answer->valid_until = answer->time + std::chrono::minutes(5);
    answer->policy = policy_;
    return answer;
  }
  void Finish(Binding& binding, std::shared_ptr<PublishedAnswer> answer) const {
    if (encode_) answer->encoded = encode_(*answer);
    binding.Publish(std::move(answer));
  }

  const std::shared_ptr<const Policy> policy_;
  const std::function<std::shared_ptr<const void>(const PublishedAnswer&)> encode_;
  BindingTable table_{10'000};
};

}  // namespace loadline::testing

#endif  // LOADLINE_TESTS_SUPPORT_FAKE_CONTROLLER_H_
