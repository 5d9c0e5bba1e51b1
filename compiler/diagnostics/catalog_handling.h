#pragma once

#include <array>

#include "diagnostics/definition.h"

/// Diagnostics of policies, effects, schedules, batches, retry times and loops (430 to 479).
namespace flowc {

// What handlers and channels say.
inline constexpr ErrorDef<430, Name, Name> kKeyPolicyWithoutOrder{
    "{0} is about keys, and channel {1} is not ordered by key"};
inline constexpr ErrorDef<431, Name> kScheduleTakes{
    "a scheduled handler takes nothing, and this one takes {0}"};
inline constexpr ErrorDef<432, Number> kCronFields{"a cron has five fields, and this one has {0}"};
inline constexpr ErrorDef<433, Name, Word> kBadCronField{"{0} is not {1}"};
inline constexpr ErrorDef<434, Quoted, Word> kCronNeverFires{"the schedule {0} never comes: {1}"};
inline constexpr ErrorDef<435, Quoted> kBadZone{"{0} is not the name of a time zone"};
inline constexpr ErrorDef<436> kZoneWithoutCron{"a period is the same in every time zone"};
inline constexpr ErrorDef<437, Name, Name> kNoSuchField{"{1} has no field {0}"};
inline constexpr ErrorDef<438, Quoted, Word> kOldIdTaken{"old endpoint id {0} is {1}"};
inline constexpr ErrorDef<439, Quoted, Word> kRetiredIdTaken{"retired endpoint id {0} is {1}"};
inline constexpr ErrorDef<441, Name> kScheduleOrdered{
    "a scheduled handler has no key, and channel {0} is ordered by key"};
inline constexpr ErrorDef<442, Name, Name> kScheduledForCaller{
    "{0} comes later, and {1} runs in its caller's unit of work"};
inline constexpr ErrorDef<443, Name, Name> kTellsNoRepeats{
    "{0} of type {1} does not tell repeats apart"};

// Messages that cause messages.
inline constexpr ErrorDef<450, Word> kEndlessLoop{"messages go round without end: {0}"};

// How long retries last.
inline constexpr WarningDef<460, Name, Word, Name, Word> kRetryPastExpiry{
    "retry_past_expiry", "{0} is retried for up to {1}, and {2} expires after {3}"};
inline constexpr WarningDef<461, Name, Word, Name, Word> kRetryPastSaga{
    "retry_past_saga", "{0} may take {1} to answer, and state {2} waits {3}"};
inline constexpr WarningDef<462, Name, Word, Word> kRetryPastSlip{
    "retry_past_slip", "the steps of {0} may take {1}, and it ends after {2}"};
inline constexpr WarningDef<463, Word, Name> kTimeoutPastPoll{
    "timeout_past_poll", "a handling may take {0}, and {1} takes a consumer for dead after 5m"};
inline constexpr ErrorDef<464, Word, Name> kTimeoutPastVisibility{
    "a handling may take {0}, and {1} hides a message for at most 12h"};
inline constexpr WarningDef<465, Word, Name, Word> kKeepBelowRetries{
    "keep_below_retries", "dead letters are kept {0}, and {1} is retried for up to {2}"};

inline constexpr std::array kHandlingDefinitions{
    kKeyPolicyWithoutOrder.definition, kScheduleTakes.definition,    kCronFields.definition,
    kBadCronField.definition,          kCronNeverFires.definition,   kBadZone.definition,
    kZoneWithoutCron.definition,       kNoSuchField.definition,      kOldIdTaken.definition,
    kRetiredIdTaken.definition,        kScheduleOrdered.definition,  kScheduledForCaller.definition,
    kTellsNoRepeats.definition,        kEndlessLoop.definition,      kRetryPastExpiry.definition,
    kRetryPastSaga.definition,         kRetryPastSlip.definition,    kTimeoutPastPoll.definition,
    kTimeoutPastVisibility.definition, kKeepBelowRetries.definition,
};

}  // namespace flowc
