#pragma once

#include <array>

#include "diagnostics/definition.h"

/// Diagnostics of what changed since the lock (700 to 799). Those of breaking changes all take what
/// changed and what that means, so that the table of rules (lock/rules.cc) can report any of them.
namespace flowc {

// Messages, records, enums.
inline constexpr ErrorDef<701, Name, Word> kMessageRemoved{"message_removed",
                                                           "removing {0} breaks {1}"};
inline constexpr ErrorDef<702, Name, Word> kMessageKindChanged{"message_kind_changed",
                                                               "the kind of {0} changed from {1}"};
inline constexpr ErrorDef<703, Name, Word> kFieldRemoved{"field_removed", "{0} is gone, and {1}"};
inline constexpr ErrorDef<704, Name, Word> kRequiredFieldAdded{
    "required_field_added", "{0} is new and required, and {1} does not have it"};
inline constexpr ErrorDef<705, Name, Word> kFieldTypeChanged{"field_type_changed",
                                                             "the type of {0} changed from {1}"};
inline constexpr ErrorDef<706, Name, Word> kOptionalToRequired{
    "optional_to_required", "{0} was optional and is required now, and {1} may lack it"};
inline constexpr ErrorDef<707, Name, Word> kRequiredToOptional{
    "required_to_optional", "{0} was required and is optional now, and {1} cannot do without"};
inline constexpr ErrorDef<708, Name, Word> kFieldDefaultRemoved{
    "field_default_removed", "{0} lost its default, and {1} may lack it"};
inline constexpr ErrorDef<709, Name, Word> kFieldDefaultChanged{
    "field_default_changed", "the default of {0} changed from {1}"};
inline constexpr ErrorDef<710, Name, Word> kFieldWireNameChanged{
    "field_wire_name_changed", "the wire name of {0} changed from {1}"};
inline constexpr ErrorDef<711, Name, Word> kWireNameChanged{
    "wire_name_changed", "the wire name of {0} changed from {1}"};
inline constexpr ErrorDef<712, Name, Word> kEnumValueRemoved{"enum_value_removed",
                                                             "{0} is gone, and {1}"};
inline constexpr ErrorDef<713, Name, Word> kEnumValueAdded{"enum_value_added_without_unknown",
                                                           "{0} is new, and {1} cannot read it"};
inline constexpr ErrorDef<714, Name, Word> kKeyChanged{"key_changed",
                                                       "the key of {0} changed from {1}"};
inline constexpr ErrorDef<715, Name, Word> kVersionRemoved{"version_removed",
                                                           "removing {0} breaks {1}"};
inline constexpr ErrorDef<716, Name, Word> kUpcastRemoved{"upcast_removed",
                                                          "{0} is no longer made into {1}"};
inline constexpr ErrorDef<717, Name, Word> kPublicWithdrawn{"public_withdrawn",
                                                            "{0} is no longer public, and {1}"};
inline constexpr ErrorDef<718, Name, Word> kQueryAnswerChanged{
    "query_answer_changed", "the answer of {0} changed from {1}"};
// Endpoints.
inline constexpr ErrorDef<719, Name, Word> kEndpointRemoved{"endpoint_removed",
                                                            "endpoint {0} is gone, and {1}"};
inline constexpr ErrorDef<720, Name, Word> kEndpointMessageChanged{
    "endpoint_message_changed", "what endpoint {0} takes changed from {1}"};
inline constexpr ErrorDef<721, Name, Word> kEndpointKindChanged{
    "endpoint_kind_changed", "what endpoint {0} is changed from {1}"};
inline constexpr ErrorDef<722, Name, Word> kRetiredAgain{"retired_again",
                                                         "endpoint {0} was retired, and {1}"};
inline constexpr ErrorDef<723, Name, Word> kOrderingLost{
    "ordering_lost", "endpoint {0} is no longer ordered by key, and {1}"};
// Slips, sagas, partners.
inline constexpr ErrorDef<724, Name, Word> kStepRemoved{"step_removed",
                                                        "step {0} is gone, and {1}"};
inline constexpr ErrorDef<725, Name, Word> kStepTypesChanged{"step_types_changed",
                                                             "what step {0} {1}"};
inline constexpr ErrorDef<726, Name, Word> kSagaRemoved{"saga_removed",
                                                        "saga {0} is gone, and {1}"};
inline constexpr ErrorDef<727, Name, Word> kSagaKeyChanged{"saga_key_changed",
                                                           "the key of {0} changed from {1}"};
inline constexpr ErrorDef<728, Name, Word> kSagaStateRemoved{"saga_state_removed",
                                                             "state {0} is gone, and {1}"};
inline constexpr ErrorDef<729, Name, Word> kSagaFinalChanged{"saga_final_changed", "state {0} {1}"};
inline constexpr ErrorDef<730, Name, Word> kPublisherRemoved{"publisher_removed",
                                                             "publisher {0} is gone, and {1}"};
inline constexpr ErrorDef<731, Name, Word> kPublisherTopicChanged{
    "publisher_topic_changed", "the topic of {0} changed from {1}"};
inline constexpr ErrorDef<732, Name, Word> kPersonalRemoved{"personal_removed",
                                                            "{0} is no longer {1}"};
inline constexpr ErrorDef<733, Name, Word> kValuesLost{"values_lost",
                                                       "the type of {0} changed from {1}"};
// The lock itself.
inline constexpr ErrorDef<790, Word> kLockMalformed{"flow.lock cannot be read: {0}"};
inline constexpr ErrorDef<791, Word, Number> kLockNewer{
    "flow.lock has format {0}, and this flowc reads up to {1}"};
inline constexpr ErrorDef<792, Name> kAllowWithoutReason{"allowing {0} needs a reason"};
inline constexpr ErrorDef<793, Name, Name> kLockOfAnother{
    "flow.lock is of {0}, and {1} does not keep what it promises"};

inline constexpr std::array kEvolutionDefinitions{
    kMessageRemoved.definition,
    kMessageKindChanged.definition,
    kFieldRemoved.definition,
    kRequiredFieldAdded.definition,
    kFieldTypeChanged.definition,
    kOptionalToRequired.definition,
    kRequiredToOptional.definition,
    kFieldDefaultRemoved.definition,
    kFieldDefaultChanged.definition,
    kFieldWireNameChanged.definition,
    kWireNameChanged.definition,
    kEnumValueRemoved.definition,
    kEnumValueAdded.definition,
    kKeyChanged.definition,
    kVersionRemoved.definition,
    kUpcastRemoved.definition,
    kPublicWithdrawn.definition,
    kQueryAnswerChanged.definition,
    kEndpointRemoved.definition,
    kEndpointMessageChanged.definition,
    kEndpointKindChanged.definition,
    kRetiredAgain.definition,
    kOrderingLost.definition,
    kStepRemoved.definition,
    kStepTypesChanged.definition,
    kSagaRemoved.definition,
    kSagaKeyChanged.definition,
    kSagaStateRemoved.definition,
    kSagaFinalChanged.definition,
    kPublisherRemoved.definition,
    kPublisherTopicChanged.definition,
    kPersonalRemoved.definition,
    kValuesLost.definition,
    kLockMalformed.definition,
    kLockNewer.definition,
    kAllowWithoutReason.definition,
    kLockOfAnother.definition,
};

}  // namespace flowc
