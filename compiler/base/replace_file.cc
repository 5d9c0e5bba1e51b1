#include "base/replace_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <system_error>

namespace flowc {
namespace {

std::string last_error_text() {
  return std::generic_category().message(errno);
}

/// A new file beside the target, because a rename is atomic within one file system only. It is gone
/// again unless it took the target's place.
class Replacement {
 public:
  explicit Replacement(const std::string& target) : path_(target + ".XXXXXX") {
    descriptor_ = ::mkstemp(path_.data());
  }
  ~Replacement() {
    if (descriptor_ >= 0) ::close(descriptor_);
    if (descriptor_ >= 0 && !placed_) ::unlink(path_.c_str());
  }
  Replacement(const Replacement&) = delete;
  Replacement& operator=(const Replacement&) = delete;

  bool made() const { return descriptor_ >= 0; }

  bool write(const std::string& bytes) const {
    for (std::size_t done = 0; done < bytes.size();) {
      const ssize_t count = ::write(descriptor_, bytes.data() + done, bytes.size() - done);
      if (count < 0 && errno != EINTR) return false;
      if (count > 0) done += static_cast<std::size_t>(count);
    }
    return true;
  }

  bool look_like(const struct stat& status) const {
    // Only the superuser may give a file away; for others it is theirs, as after an editor's save.
    if (::fchown(descriptor_, status.st_uid, status.st_gid) != 0 && errno != EPERM) return false;
    return ::fchmod(descriptor_, status.st_mode & 07777) == 0;
  }

  bool take_the_place_of(const std::string& target) {
    placed_ = ::fsync(descriptor_) == 0 && ::rename(path_.c_str(), target.c_str()) == 0;
    return placed_;
  }

 private:
  std::string path_;
  int descriptor_ = -1;
  bool placed_ = false;
};

}  // namespace

std::optional<std::string> why_not_writable(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return last_error_text();
  if ((status.st_mode & (S_IWUSR | S_IWGRP | S_IWOTH)) == 0) return "it is read-only";
  if (::access(path.c_str(), W_OK) != 0)
    return errno == EACCES || errno == EROFS ? "it is read-only" : last_error_text();
  // The new file is made beside the old one.
  std::error_code error;
  const std::filesystem::path target = std::filesystem::canonical(path, error);
  if (error) return error.message();
  if (::access(target.parent_path().c_str(), W_OK) != 0) return "its directory is read-only";
  return std::nullopt;
}

std::optional<std::string> replace_file(const std::string& path, const std::string& bytes) {
  std::error_code error;
  const std::string target = std::filesystem::canonical(path, error).string();
  if (error) return error.message();
  struct stat status {};
  if (::stat(target.c_str(), &status) != 0) return last_error_text();
  Replacement replacement(target);
  const bool done = replacement.made() && replacement.write(bytes) &&
                    replacement.look_like(status) && replacement.take_the_place_of(target);
  if (done) return std::nullopt;
  return last_error_text();
}

}  // namespace flowc
