#include "input/source.h"

#include <array>
#include <cstdint>
#include <fstream>
#include <ostream>
#include <system_error>

namespace shop {
namespace {

// Makes a file's text up as it is read, a record at a time.
class GeneratedFile final : public std::streambuf {
 public:
  GeneratedFile(Generator generator, Generator::File file) : generator_(generator), file_(file) {}

 private:
  int_type underflow() override {
    text_.clear();
    while (text_.empty()) {
      if (!generator_.append(file_, next_++, text_)) return traits_type::eof();
    }
    setg(text_.data(), text_.data(), text_.data() + text_.size());
    return traits_type::to_int_type(text_.front());
  }

  Generator generator_;
  Generator::File file_;
  std::uint64_t next_ = 0;
  std::string text_;
};

constexpr std::array kFiles{"orders.csv",   "order-details.csv", "customers.csv",
                            "products.csv", "suppliers.csv",     "shippers.csv"};

}  // namespace

std::string FolderSource::name() const {
  return "the orders in " + std::filesystem::weakly_canonical(folder_).string();
}

std::unique_ptr<std::streambuf> FolderSource::open(const std::string& file) const {
  auto bytes = std::make_unique<std::filebuf>();
  const auto path = folder_ / file;
  if (std::filesystem::is_directory(path) ||
      bytes->open(path, std::ios::in | std::ios::binary) == nullptr) {
    throw InputError(
        "cannot read " + path.string() +
        ": the folder given with --data holds orders.csv, order-details.csv, customers.csv, "
        "products.csv and suppliers.csv (see `marketplace generate`)");
  }
  return bytes;
}

std::unique_ptr<std::streambuf> GeneratedSource::open(const std::string& file) const {
  return std::make_unique<GeneratedFile>(generator_, Generator::file_named(file));
}

void write_folder(const Source& source, const std::filesystem::path& folder) {
  std::error_code failed;
  std::filesystem::create_directories(folder, failed);
  for (const std::string file : kFiles) {
    std::ofstream out{folder / file, std::ios::binary | std::ios::trunc};
    const auto bytes = source.open(file);
    out << bytes.get();
    out.close();
    if (!out) throw InputError("cannot write " + (folder / file).string());
  }
}

}  // namespace shop
