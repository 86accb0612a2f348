// A file descriptor that is closed by who has it.
#ifndef LOADLINE_SYSTEM_DESCRIPTOR_H_
#define LOADLINE_SYSTEM_DESCRIPTOR_H_

#include <unistd.h>

#include <utility>

namespace loadline {

class Descriptor {
 public:
  explicit Descriptor(int number = -1) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  ~Descriptor() {
    if (number_ >= 0) close(number_);
  }
  int number() const { return number_; }
  int Release() { return std::exchange(number_, -1); }

 private:
  int number_;
};

}  // namespace loadline

#endif  // LOADLINE_SYSTEM_DESCRIPTOR_H_
