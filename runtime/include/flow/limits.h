#pragma once

#include <cstddef>
#include <cstdint>

/// Every bound on what users and the wire hand to the runtime. Each is enforced in one place, named
/// here, and has a test one past it. What a caller hands over is refused with a flow::BusError;
/// what only people read is cut.
namespace flow::limits {

// ---- a message; refused by the sender's call, and by the reader of what another has sent

/// Bytes of one payload. A handling holds its own payload, its decoded value and what it sends:
/// with 8 workers a channel, some hundred MiB at worst. The reader's index takes 4 bytes for each
/// one.
inline constexpr std::size_t kPayloadBytesMax = std::size_t{16} * 1024 * 1024;
/// How deep objects and arrays stand in each other in a payload. Encoding, decoding, comparing and
/// destroying recurse once a level, on the stack of the thread that does it.
inline constexpr int kNestingMax = 64;
/// Bytes of a key. It is in the store's index once a row, and in memory once a delivery of an
/// ordered channel (8,192 ahead: 8 MiB).
inline constexpr std::size_t kKeyBytesMax = 1024;
/// Headers of one message, without those that the runtime sets itself.
inline constexpr std::size_t kHeadersMax = 64;
/// Bytes of a header's name: brokers allow 255 with the prefix of their binding.
inline constexpr std::size_t kHeaderNameBytesMax = 128;
inline constexpr std::size_t kHeaderValueBytesMax = std::size_t{8} * 1024;
/// Bytes of all names and values together: what HTTP servers and brokers take in by default.
inline constexpr std::size_t kHeadersBytesMax = std::size_t{64} * 1024;

// ---- a service; refused by Host::open

/// Bytes of a wire name, an endpoint id or a channel's name: each is in a row of the store and in
/// what a broker keeps. flowc's longest are a path of 1,024 bytes and a name of 256.
inline constexpr std::size_t kIdBytesMax = 2048;

// ---- a unit of work; refused

/// Messages that one unit of work sends. It is one transaction: 100,000 messages keep SQLite's only
/// writer for about 0.3 s, and everybody waits meanwhile.
inline constexpr std::size_t kUnitMessagesMax = 100'000;
/// Bytes of their payloads together, all in memory until the commit.
inline constexpr std::size_t kUnitBytesMax = std::size_t{128} * 1024 * 1024;
/// How deep handlers call each other in one unit of work. Each is a frame of generated code and one
/// of the handler, of unknown size: 32 leave 256 KiB to each in a stack of 8 MiB.
inline constexpr int kCallsDeepMax = 32;

// ---- texts for people; cut between characters

/// Bytes of an error's text or a dead letter's reason. A delivery keeps kErrorsMax of them: 100 KiB
/// a dead letter.
inline constexpr std::size_t kErrorTextBytesMax = 2048;
/// Bytes of an error's code, which is a name.
inline constexpr std::size_t kErrorCodeBytesMax = 64;
/// Attempts that a delivery's history keeps: the first ones and the last.
inline constexpr std::size_t kErrorsMax = 50;
/// Bytes of an unexpected value or name that an error repeats.
inline constexpr std::size_t kEchoBytesMax = 40;
/// Bytes of a name in a log line: a field's.
inline constexpr std::size_t kLogNameBytesMax = 128;
/// Bytes of a log line's text, and of each field's value: an error's text with what is said about
/// it. A line stays a line for every reader.
inline constexpr std::size_t kLogTextBytesMax = 4096;

}  // namespace flow::limits
