// What the policy source handed over last, kept for the pages that show it.
#ifndef LOADLINE_API_POLICY_SHELF_H_
#define LOADLINE_API_POLICY_SHELF_H_

#include <memory>

#include "scaling/ports.h"
#include "system/mutex.h"

namespace loadline {

// Stands before `source`, which must outlive it. Thread-safe.
class PolicyShelf : public PolicySource {
 public:
  explicit PolicyShelf(PolicySource& source) : source_(source), set_(std::make_shared<const PolicySet>()) {}

  void Run(std::stop_token stop, const std::function<void(PolicySet)>& on_change) override {
    source_.Run(stop, [&](PolicySet set) {
      auto kept = std::make_shared<const PolicySet>(set);
      {
        const MutexLock lock(mutex_);
        set_ = std::move(kept);
      }
      on_change(std::move(set));
    });
  }

  // Never null; empty until the first look.
  std::shared_ptr<const PolicySet> Set() const {
    const MutexLock lock(mutex_);
    return set_;
  }

 private:
  PolicySource& source_;
  mutable Mutex mutex_;
  std::shared_ptr<const PolicySet> set_ LOADLINE_GUARDED_BY(mutex_);
};

}  // namespace loadline

#endif  // LOADLINE_API_POLICY_SHELF_H_
