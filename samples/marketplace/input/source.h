#pragma once

#include <filesystem>
#include <memory>
#include <stdexcept>
#include <streambuf>
#include <string>

#include "input/generator.h"

namespace shop {

/// The input as a whole cannot be used; the text says what to do.
struct InputError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// A folder of CSV files, on disk or made up. Thread-safe; each opened file is its opener's own.
class Source {
 public:
  virtual ~Source() = default;
  /// Says which orders these are: the same name, the same orders.
  virtual std::string name() const = 0;
  /// Throws InputError when there is no such file.
  virtual std::unique_ptr<std::streambuf> open(const std::string& file) const = 0;
};

class FolderSource final : public Source {
 public:
  explicit FolderSource(std::filesystem::path folder) : folder_(std::move(folder)) {}
  std::string name() const override;
  std::unique_ptr<std::streambuf> open(const std::string& file) const override;

 private:
  std::filesystem::path folder_;
};

class GeneratedSource final : public Source {
 public:
  explicit GeneratedSource(Generator generator) : generator_(generator) {}
  std::string name() const override { return generator_.name(); }
  std::unique_ptr<std::streambuf> open(const std::string& file) const override;

 private:
  Generator generator_;
};

/// Writes all files of a source into a folder, which it creates. Throws InputError.
void write_folder(const Source& source, const std::filesystem::path& folder);

}  // namespace shop
