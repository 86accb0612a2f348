#include "api/first_answer.h"

#include <grpcpp/alarm.h>

#include <atomic>

namespace loadline {
namespace {

// Ends in the alarm's callback only, which comes exactly once, by time or by Alarm::Cancel. So `done_` needs no guard.
class Wait : public std::enable_shared_from_this<Wait> {
 public:
  Wait(std::shared_ptr<Binding> binding, std::function<void()> done)
      : binding_(std::move(binding)), done_(std::move(done)) {}

  void Start(Duration wait) {
    // An alarm keeps its callback for as long as it lives itself, which is in this: the callback lets go of it.
    alarm_.Set(std::chrono::system_clock::now() + wait, [self = shared_from_this()](bool timed_out) mutable {
      const std::shared_ptr<Wait> held = std::move(self);
      if (timed_out) held->StopListening();
      held->done_();
    });
    // Kept alive by the binding as well: it may publish while the alarm is going off.
    const Binding::Ticket ticket = binding_->WhenAnswered([self = shared_from_this()] { self->alarm_.Cancel(); });
    if (ticket_.exchange(ticket) == kStopped) binding_->Cancel(ticket);
  }

 private:
  static constexpr Binding::Ticket kStopped = ~Binding::Ticket{0};

  void StopListening() {
    const Binding::Ticket ticket = ticket_.exchange(kStopped);
    if (ticket != 0) binding_->Cancel(ticket);
  }

  const std::shared_ptr<Binding> binding_;
  const std::function<void()> done_;
  std::atomic<Binding::Ticket> ticket_{0};
  grpc::Alarm alarm_;
};

}  // namespace

void WhenAnsweredOrLate(std::shared_ptr<Binding> binding, Duration wait, std::function<void()> done) {
  if (binding->Latest() != nullptr || wait <= Duration::zero()) return done();
  std::make_shared<Wait>(std::move(binding), std::move(done))->Start(wait);
}

}  // namespace loadline
