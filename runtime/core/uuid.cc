#include "flow/uuid.h"

#include <algorithm>
#include <cstring>
#include <ostream>
#include <stdexcept>

#include "core/sha1.h"

namespace flow {

namespace {

constexpr char kHex[] = "0123456789abcdef";
constexpr std::size_t kTextSize = 36;
/// Where each octet's two digits stand in the text.
constexpr std::array<std::uint8_t, 16> kDigitsAt{0,  2,  4,  6,  9,  11, 14, 16,
                                                 19, 21, 24, 26, 28, 30, 32, 34};

constexpr std::array<std::uint8_t, 256> make_hex_values() {
  std::array<std::uint8_t, 256> values{};
  values.fill(0xff);
  for (std::uint8_t i = 0; i < 10; ++i) values[static_cast<std::size_t>('0' + i)] = i;
  for (std::uint8_t i = 0; i < 6; ++i) {
    values[static_cast<std::size_t>('a' + i)] = static_cast<std::uint8_t>(10 + i);
    values[static_cast<std::size_t>('A' + i)] = static_cast<std::uint8_t>(10 + i);
  }
  return values;
}
constexpr std::array<std::uint8_t, 256> kHexValues = make_hex_values();

/// 48 bits of milliseconds and 12 bits of what is finer.
std::uint64_t tick_of(Timestamp now) noexcept {
  const std::int64_t count = std::max<std::int64_t>(now.time_since_epoch().count(), 0);
  const auto micros = static_cast<std::uint64_t>(count);
  return (micros / 1000) << 12 | (micros % 1000) * 4096 / 1000;
}

Uuid from_tick(std::uint64_t tick, std::uint64_t random) noexcept {
  Uuid::Octets octets{};
  const std::uint64_t milliseconds = tick >> 12;
  for (std::size_t i = 0; i < 6; ++i) {
    octets[i] = static_cast<std::uint8_t>(milliseconds >> (40 - 8 * i));
  }
  octets[6] = static_cast<std::uint8_t>(0x70U | ((tick >> 8) & 0x0fU));
  octets[7] = static_cast<std::uint8_t>(tick);
  for (std::size_t i = 0; i < 8; ++i)
    octets[8 + i] = static_cast<std::uint8_t>(random >> (56 - 8 * i));
  octets[8] = static_cast<std::uint8_t>(0x80U | (octets[8] & 0x3fU));
  return Uuid{octets};
}

}  // namespace

std::optional<Uuid> Uuid::parse(std::string_view text) noexcept {
  if (text.size() != kTextSize) return std::nullopt;
  if (text[8] != '-' || text[13] != '-' || text[18] != '-' || text[23] != '-') return std::nullopt;
  Octets octets;
  unsigned wrong = 0;
  for (std::size_t i = 0; i < octets.size(); ++i) {
    const unsigned high = kHexValues[static_cast<unsigned char>(text[kDigitsAt[i]])];
    const unsigned low = kHexValues[static_cast<unsigned char>(text[kDigitsAt[i] + 1U])];
    wrong |= high | low;
    octets[i] = static_cast<std::uint8_t>(high << 4 | low);
  }
  if (wrong > 0x0f) return std::nullopt;
  return Uuid{octets};
}

Uuid Uuid::from_string(std::string_view text) {
  const std::optional<Uuid> id = parse(text);
  if (!id) throw std::invalid_argument{"not a uuid: " + std::string{text.substr(0, 60)}};
  return *id;
}

Uuid Uuid::v7(Timestamp now, std::uint64_t random) noexcept {
  return from_tick(tick_of(now), random);
}

Uuid Uuid::from_name(const Uuid& name_space, std::string_view name) noexcept {
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(name.data());
  const std::array<std::uint8_t, 20> digest =
      detail::sha1(name_space.octets_, std::span{bytes, name.size()});
  Octets octets;
  std::copy_n(digest.begin(), octets.size(), octets.begin());
  octets[6] = static_cast<std::uint8_t>(0x50U | (octets[6] & 0x0fU));
  octets[8] = static_cast<std::uint8_t>(0x80U | (octets[8] & 0x3fU));
  return Uuid{octets};
}

void Uuid::write_to(char* out) const noexcept {
  for (std::size_t i = 0; i < octets_.size(); ++i) {
    out[kDigitsAt[i]] = kHex[octets_[i] >> 4];
    out[kDigitsAt[i] + 1U] = kHex[octets_[i] & 0x0f];
  }
  out[8] = out[13] = out[18] = out[23] = '-';
}

std::string Uuid::to_string() const {
  std::string text(kTextSize, '-');
  write_to(text.data());
  return text;
}

std::ostream& operator<<(std::ostream& out, const Uuid& id) {
  return out << id.to_string();
}

Uuid UuidGenerator::next(Timestamp now, std::uint64_t random) noexcept {
  last_tick_ = std::max(tick_of(now), last_tick_ + 1);
  return from_tick(last_tick_, random);
}

}  // namespace flow

std::size_t std::hash<flow::Uuid>::operator()(const flow::Uuid& id) const noexcept {
  std::uint64_t halves[2];
  std::memcpy(halves, id.octets().data(), sizeof halves);
  return static_cast<std::size_t>((halves[0] * 0x9e3779b97f4a7c15U) ^ halves[1]);
}
