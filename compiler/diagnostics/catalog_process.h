#pragma once

#include <array>

#include "diagnostics/definition.h"

/// Diagnostics of steps, orchestrators and sagas (500 to 579).
namespace flowc {

// Steps.
inline constexpr ErrorDef<500, Name> kStepWithoutResult{
    "step {0} gives nothing: what its slip carries would be lost"};
inline constexpr ErrorDef<501, Name, Name> kUndoElsewhere{"step {0} is not in group {1}"};
inline constexpr ErrorDef<502, Name, Name, Name> kUndoTakesOther{"step {0} takes {1}, not {2}"};
inline constexpr ErrorDef<503, Name> kUndoCycle{"step {0} would undo itself"};
inline constexpr WarningDef<504, Name> kUnusedStep{"unused_step", "step {0} is in no orchestrator"};
inline constexpr ErrorDef<505, Name, Number> kAmbiguousStep{"step {0} is in {1} groups"};

// Orchestrators.
inline constexpr ErrorDef<506, Name> kEmptySlip{"orchestrator {0} has no steps"};
inline constexpr ErrorDef<507, Name> kChoiceMixed{
    "`choose among` leaves the slip to C++, and step {0} stands beside it"};
inline constexpr WarningDef<508, Name> kChoiceNeverReached{"choice_never_reached",
                                                           "step {0} can never be on the slip"};
inline constexpr ErrorDef<510, Name, Name> kStepCannotBegin{"step {0} cannot take {1}"};
inline constexpr ErrorDef<511, Name, Word> kSlipTooLarge{"orchestrator {0} has more than {1}"};
inline constexpr ErrorDef<512, Name, Name> kStepCannotFollow{"step {0} cannot follow {1}"};
inline constexpr ErrorDef<513, Name> kNoChoiceBegins{"no step of the choice takes {0}"};

// Sagas.
inline constexpr ErrorDef<520, Name> kSagaWithoutKey{"saga {0} has no key"};
inline constexpr ErrorDef<521, Name, Name> kSagaKeyNotScalar{
    "a key of type {1} cannot find an instance: {0} needs a scalar type"};
inline constexpr ErrorDef<522, Name> kSagaWithoutStart{"saga {0} has no start"};
inline constexpr ErrorDef<523, Name> kSagaWithoutFinal{"saga {0} has no final state"};
inline constexpr ErrorDef<524> kStartAfter{"a saga starts on a message, not after a time"};
inline constexpr ErrorDef<525, Name, Name> kDataWithoutDefault{
    "{0} has no value when the saga starts: data of type {1} needs a default"};
inline constexpr ErrorDef<526, Name> kFinalWithBody{"state {0} is final, and has a body"};
inline constexpr ErrorDef<527, Name> kUnreachableState{"state {0} is never reached"};
inline constexpr ErrorDef<528, Name> kNoWayToFinal{"from state {0} no way leads to a final one"};
inline constexpr ErrorDef<529, Name, Word> kMessageTwiceInState{"{0} is already taken {1}"};
inline constexpr ErrorDef<530, Name, Name> kNoCorrelation{
    "{0} has no field {1} to find its instance by"};
inline constexpr ErrorDef<531> kCorrelationForm{
    "an instance is found by one field of the message: `by event.field`"};
inline constexpr ErrorDef<532, Name, Name, Name, Name> kCorrelationType{
    "{0} is of type {1}, and the key {2} of type {3}"};
inline constexpr ErrorDef<533, Name, Name> kTwoCorrelations{
    "{0} finds its instance by {1} here, and by another field elsewhere"};
inline constexpr ErrorDef<534, Name, Name> kPrivateCorrelation{
    "an instance cannot be found by {0}: it is {1}, and a key is shown in logs"};
inline constexpr WarningDef<535, Name> kWaitsForever{"waits_forever", "state {0} can wait forever"};
inline constexpr WarningDef<536, Word> kTimerNeverFires{"timer_never_fires",
                                                        "this timer never fires: {0}"};
inline constexpr WarningDef<537, Name, Name> kLateMessageFails{
    "late_message_fails", "{0} fails when it comes after this timer has ended state {1}"};
inline constexpr ErrorDef<538, Name> kSeveralStarts{
    "saga {0} has several starts, and `starts` does not say which"};

inline constexpr std::array kProcessDefinitions{
    kStepWithoutResult.definition,  kUndoElsewhere.definition,       kUndoTakesOther.definition,
    kUndoCycle.definition,          kUnusedStep.definition,          kAmbiguousStep.definition,
    kEmptySlip.definition,          kChoiceMixed.definition,         kChoiceNeverReached.definition,
    kStepCannotBegin.definition,    kSlipTooLarge.definition,        kStepCannotFollow.definition,
    kNoChoiceBegins.definition,     kSagaWithoutKey.definition,      kSagaKeyNotScalar.definition,
    kSagaWithoutStart.definition,   kSagaWithoutFinal.definition,    kStartAfter.definition,
    kDataWithoutDefault.definition, kFinalWithBody.definition,       kUnreachableState.definition,
    kNoWayToFinal.definition,       kMessageTwiceInState.definition, kNoCorrelation.definition,
    kCorrelationForm.definition,    kCorrelationType.definition,     kTwoCorrelations.definition,
    kPrivateCorrelation.definition, kWaitsForever.definition,        kTimerNeverFires.definition,
    kLateMessageFails.definition,   kSeveralStarts.definition,
};

}  // namespace flowc
