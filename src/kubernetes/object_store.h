// The objects of a resource as they were heard of last.
#ifndef LOADLINE_KUBERNETES_OBJECT_STORE_H_
#define LOADLINE_KUBERNETES_OBJECT_STORE_H_

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "kubernetes/watch.h"
#include "system/mutex.h"

namespace loadline {

// T has object_namespace and name. All is thread-safe, the rest is the watch's. `read` makes a T of an object and never
// throws, whatever the object is; `on_change` is called after each change.
template <class T>
class ObjectStore : public ObjectSink {
 public:
  using Objects = std::vector<std::shared_ptr<const T>>;

  ObjectStore(T (*read)(const nlohmann::json&), std::function<void()> on_change)
      : read_(read), on_change_(std::move(on_change)) {}

  // In the order of namespaces and names.
  Objects All() const {
    const MutexLock lock(mutex_);
    Objects all;
    all.reserve(objects_.size());
    for (const auto& [_, object] : objects_) all.push_back(object);
    return all;
  }
  std::size_t size() const {
    const MutexLock lock(mutex_);
    return objects_.size();
  }

  void BeginList() override {
    listed_.clear();
    is_listing_ = true;
  }
  void EndList() override {
    is_listing_ = false;
    {
      const MutexLock lock(mutex_);
      objects_ = std::move(listed_);
    }
    listed_.clear();
    on_change_();
  }
  void Put(const nlohmann::json& object) override {
    auto read = std::make_shared<const T>(read_(object));
    Key key(read->object_namespace, read->name);
    if (is_listing_) {
      listed_[std::move(key)] = std::move(read);
      return;
    }
    {
      const MutexLock lock(mutex_);
      objects_[std::move(key)] = std::move(read);
    }
    on_change_();
  }
  void Remove(const std::string& object_namespace, const std::string& name) override {
    {
      const MutexLock lock(mutex_);
      objects_.erase(Key(object_namespace, name));
    }
    on_change_();
  }

 private:
  using Key = std::pair<std::string, std::string>;

  T (*const read_)(const nlohmann::json&);
  const std::function<void()> on_change_;
  bool is_listing_ = false;
  std::map<Key, std::shared_ptr<const T>> listed_;

  mutable Mutex mutex_;
  std::map<Key, std::shared_ptr<const T>> objects_ LOADLINE_GUARDED_BY(mutex_);
};

}  // namespace loadline

#endif  // LOADLINE_KUBERNETES_OBJECT_STORE_H_
