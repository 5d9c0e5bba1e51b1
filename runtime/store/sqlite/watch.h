#pragma once

#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "flow/result.h"

namespace flow::sqlite {

/// Calls `changed` from a thread of its own when another process (or this one) touched the file's
/// attributes, which every writer does after a commit that others have to read. At most once a
/// millisecond.
class Watch {
 public:
  static Result<std::unique_ptr<Watch>> start(const std::string& path,
                                              std::function<void()> changed);
  ~Watch();
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;

 private:
  Watch(int notifications, int stop, std::function<void()> changed);
  void work();

  int notifications_;
  int stop_;
  std::function<void()> changed_;
  std::thread thread_;
};

}  // namespace flow::sqlite
