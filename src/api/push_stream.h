// Streams that the server writes to when it has something to say, and ends with OK when it wants to.
#ifndef LOADLINE_API_PUSH_STREAM_H_
#define LOADLINE_API_PUSH_STREAM_H_

#include <grpcpp/alarm.h>
#include <grpcpp/support/server_callback.h>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <utility>

#include "base/time.h"
#include "system/mutex.h"

namespace loadline {

// The streams that are open. Thread-safe.
class OpenStreams {
 public:
  class Stream {
   public:
    virtual ~Stream() = default;
    virtual void End() = 0;
  };

  void Add(Stream* stream) {
    const MutexLock lock(mutex_);
    streams_.insert(stream);
    if (ending_) stream->End();
  }
  void Remove(Stream* stream) {
    const MutexLock lock(mutex_);
    streams_.erase(stream);
  }
  // Ends all with OK, and from now on every new one at once.
  void EndAll() {
    const MutexLock lock(mutex_);
    ending_ = true;
    for (Stream* stream : streams_) stream->End();
  }
  std::size_t size() const {
    const MutexLock lock(mutex_);
    return streams_.size();
  }

 private:
  mutable Mutex mutex_;
  std::set<Stream*> streams_ LOADLINE_GUARDED_BY(mutex_);
  bool ending_ LOADLINE_GUARDED_BY(mutex_) = false;
};

// One stream. Of what is to be sent while a message is under way only the latest is kept. Thread-safe.
template <class Response>
class PushStream : public grpc::ServerWriteReactor<Response>, public OpenStreams::Stream {
 public:
  // `on_sent` is called after each message that the transport took; `on_done` once, with how it ended, when nothing of
  // the stream is left on the wire. Call Open with the result.
  static std::shared_ptr<PushStream> Make(OpenStreams& open, std::function<void()> on_sent,
                                          std::function<void(const grpc::Status&)> on_done) {
    return std::shared_ptr<PushStream>(new PushStream(open, std::move(on_sent), std::move(on_done)));
  }

  // The stream ends with OK after `life`: a client that sees a clean end comes back at once (keda
  // pkg/scalers/external_scaler.go, runStreamIsActive), and does not when a connection is cut at its age limit.
  void Open(std::shared_ptr<PushStream> self, Duration life) {
    self_ = self;
    // An alarm keeps its callback for as long as it lives itself, which is in this stream: the callback lets go of it.
    age_.Set(std::chrono::system_clock::now() + life, [self](bool timed_out) mutable {
      const std::shared_ptr<PushStream> held = std::move(self);
      if (timed_out) held->End();
    });
    open_.Add(this);
  }

  void Send(Response response) {
    {
      const MutexLock lock(mutex_);
      if (ending_) return;
      next_ = std::move(response);
      if (writing_) return;
      writing_ = true;
      current_ = *std::exchange(next_, std::nullopt);
    }
    this->StartWrite(&current_);
  }

  void End() override { EndWith(grpc::Status::OK); }

  // Finish may be called once, and not while a write is under way: OnWriteDone then does it.
  void EndWith(grpc::Status status) {
    {
      const MutexLock lock(mutex_);
      if (ending_) return;
      ending_ = true;
      status_ = status;
      if (writing_) return;
      finished_ = true;
    }
    this->Finish(std::move(status));
  }

  void OnCancel() override { EndWith(grpc::Status::CANCELLED); }

  void OnWriteDone(bool ok) override {
    if (ok) on_sent_();
    bool write = false;
    {
      const MutexLock lock(mutex_);
      writing_ = ok && !ending_ && next_.has_value();
      write = writing_;
      if (write) current_ = *std::exchange(next_, std::nullopt);
      if (!write && (!ending_ || finished_)) return;
      if (!write) finished_ = true;
    }
    if (write) {
      this->StartWrite(&current_);
    } else {
      this->Finish(status_);
    }
  }

  void OnDone() override {
    on_done_(status_);
    open_.Remove(this);
    age_.Cancel();
    self_.reset();
  }

 private:
  PushStream(OpenStreams& open, std::function<void()> on_sent, std::function<void(const grpc::Status&)> on_done)
      : open_(open), on_sent_(std::move(on_sent)), on_done_(std::move(on_done)) {}

  OpenStreams& open_;
  const std::function<void()> on_sent_;
  const std::function<void(const grpc::Status&)> on_done_;
  grpc::Alarm age_;
  std::shared_ptr<PushStream> self_;  // until OnDone; the age alarm's callback holds another

  Mutex mutex_;
  bool writing_ LOADLINE_GUARDED_BY(mutex_) = false;
  bool ending_ LOADLINE_GUARDED_BY(mutex_) = false;
  bool finished_ LOADLINE_GUARDED_BY(mutex_) = false;
  std::optional<Response> next_ LOADLINE_GUARDED_BY(mutex_);
  Response current_;  // of the write under way
  grpc::Status status_;
};

}  // namespace loadline

#endif  // LOADLINE_API_PUSH_STREAM_H_
