#pragma once

#include <array>

#include "diagnostics/definition.h"

/// What can be wrong with a program whose files parse. A number never changes its meaning; one that
/// is no longer used is listed in kRetiredIds of catalog.h.
namespace flowc {

// 02: names, files and modules.
inline constexpr ErrorDef<200, Name, Name> kModuleInTwoFiles{
    "module {0} is already the module of {1}"};
inline constexpr ErrorDef<201, Word, Name> kNotDeclared{"{0} {1} is not declared"};
inline constexpr ErrorDef<202, Word, Name> kDeclaredTwice{"{0} {1} is declared twice"};
inline constexpr ErrorDef<203, Name, Name> kNotVisible{"{0} is not public in module {1}"};
inline constexpr ErrorDef<204, Quoted> kImportCycle{"importing {0} here closes a cycle"};
inline constexpr ErrorDef<205, Name> kModuleNotImported{"module {0} is not imported by this file"};
inline constexpr ErrorDef<206, Name, Word, Name> kFieldTwice{
    "field {0} of {1} {2} is declared twice"};
inline constexpr ErrorDef<207, Quoted, Name> kWireNameTwice{
    "wire name {0} is already taken by {1}"};
inline constexpr ErrorDef<208, Name, Word, Word> kWrongKind{"{0} is {1}, and {2} is needed here"};
inline constexpr ErrorDef<209, Name, Word> kReservedName{"{0} is reserved: {1}"};
inline constexpr ErrorDef<210, Quoted> kEndpointIdTwice{"endpoint id {0} names two handlers"};
inline constexpr WarningDef<211, Quoted> kUnusedImport{"unused_import", "import {0} is not used"};
inline constexpr WarningDef<212, Quoted> kImportedTwice{"imported_twice",
                                                        "{0} is imported twice by this file"};
inline constexpr ErrorDef<213, Quoted, Word> kBadWireText{"{0} cannot be {1}"};
inline constexpr ErrorDef<214, Quoted, Number, Word> kImportsTooMany{
    "importing {0} goes past the limit of {1} {2}"};

// 03: types and contracts.
inline constexpr ErrorDef<301, Word, Name> kValueOfWrongType{"{0} is not a value of type {1}"};
inline constexpr ErrorDef<302, Name, Word> kValueOutOfRange{"{0} does not fit into {1}"};
inline constexpr ErrorDef<303, Quoted, Word> kMalformedValue{"{0} is not {1}"};
inline constexpr ErrorDef<304, Name> kRecursiveRecord{"record {0} contains itself"};
inline constexpr ErrorDef<305, Word, Name> kTwoKeys{"{0} {1} has two keys"};
inline constexpr ErrorDef<306, Name, Name> kKeyNotScalar{
    "a key of type {1} cannot order messages: {0} needs a scalar type"};
inline constexpr ErrorDef<307, Name> kKeyInRecord{"{0} is a field of a record, which has no key"};
inline constexpr ErrorDef<308, Name> kDefaultOfOptional{"{0} is optional, and takes no default"};
inline constexpr ErrorDef<309, Name> kEmptyEnum{"enum {0} has no values"};
inline constexpr ErrorDef<310, Name> kAnswerNotRecord{
    "{0} cannot be the answer of a query: an answer is a record"};
inline constexpr WarningDef<311, Name> kUnusedRecord{"unused_record", "record {0} is not used"};
inline constexpr WarningDef<312, Name> kUnusedEnum{"unused_enum", "enum {0} is not used"};
inline constexpr ErrorDef<313, Word> kMapKey{"the keys of a map are strings, not {0}"};
inline constexpr ErrorDef<314, Name, Name> kNoEnumValue{"enum {0} has no value {1}"};
inline constexpr ErrorDef<315, Name, Number, Number> kNeverFilled{
    "{0} can never be filled: it goes {1} levels deep, and a payload has at most {2}"};

// 04: topology.
inline constexpr ErrorDef<401, Word, Name> kNoHandler{"{0} {1} has no handler"};
inline constexpr ErrorDef<402, Word, Name> kTwoHandlers{"{0} {1} has two handlers"};
inline constexpr ErrorDef<403, Name> kNobodyPublishes{
    "nobody publishes event {0}, and it is not public"};
inline constexpr WarningDef<404, Name> kNobodySubscribes{
    "nobody_subscribes", "nobody subscribes to event {0}, and it is not public"};
inline constexpr ErrorDef<405, Name> kUnusedChannel{"channel {0} is not used by any handler"};
inline constexpr ErrorDef<406, Name> kResultGoesNowhere{
    "the result {0} goes nowhere: `->` needs `then`"};
inline constexpr ErrorDef<407, Name, Name> kThenElsewhere{"handler {0} is not in component {1}"};
inline constexpr ErrorDef<408, Name, Name, Name> kThenTakesOther{"handler {0} takes {1}, not {2}"};
inline constexpr ErrorDef<409, Name> kUnitOfWorkCycle{
    "handler {0} runs again within its own unit of work"};
inline constexpr ErrorDef<410, Name, Name, Name> kCallAcrossServices{
    "{0} runs in its caller's unit of work, and {1} belongs to service {2}"};
inline constexpr ErrorDef<411, Name> kComponentInTwoServices{"component {0} is in two services"};
inline constexpr WarningDef<412, Name> kComponentInNoService{"component_in_no_service",
                                                             "component {0} is in no service"};
inline constexpr ErrorDef<413, Name, Name> kOrderedWithoutKey{
    "{0} has no key, and channel {1} is ordered by key"};
inline constexpr ErrorDef<414, Word, Word> kPolicyOutOfBounds{"{0} {1}"};
inline constexpr ErrorDef<415, Word, Word> kClauseHere{"{0} has no meaning on {1}"};
inline constexpr ErrorDef<416, Name> kThenWithoutResult{
    "`then` needs a result: handler {0} gives none"};
inline constexpr ErrorDef<417, Name> kRecordNeverArrives{
    "record {0} never reaches this handler: no `then` leads to it"};
inline constexpr ErrorDef<418, Name, Word> kListedTwice{"{0} is already in {1}"};
inline constexpr ErrorDef<419, Name> kEmptyService{"service {0} has no components"};
inline constexpr ErrorDef<420, Name> kEmptyComponent{"component {0} has no handlers"};

// 06: deployment.
inline constexpr ErrorDef<601, Name> kNoStore{"deployment {0} has no store"};
inline constexpr ErrorDef<603, Name, Word, Name> kOptionMissing{"{1} {2} needs its {0}"};

// 08: style.
inline constexpr WarningDef<801, Word, Name> kNotUpperCamel{"not_upper_camel",
                                                            "{0} {1} is not written in UpperCamel"};
inline constexpr WarningDef<802, Word, Name> kNotLowerSnake{
    "not_lower_snake", "{0} {1} is not written in lower_snake"};
// 81 on: `allow`, which turns warnings off.
inline constexpr ErrorDef<810, Name> kUnknownRule{"there is no warning {0}"};
inline constexpr ErrorDef<811, Name> kErrorAllowed{
    "{0} is an error, and only warnings can be allowed"};
inline constexpr WarningDef<812, Name> kUnusedAllow{"unused_allow",
                                                    "`allow` of {0} has nothing to allow"};

inline constexpr std::array kSemanticDefinitions{
    kModuleInTwoFiles.definition,
    kNotDeclared.definition,
    kDeclaredTwice.definition,
    kNotVisible.definition,
    kImportCycle.definition,
    kModuleNotImported.definition,
    kFieldTwice.definition,
    kWireNameTwice.definition,
    kWrongKind.definition,
    kReservedName.definition,
    kEndpointIdTwice.definition,
    kUnusedImport.definition,
    kImportedTwice.definition,
    kBadWireText.definition,
    kImportsTooMany.definition,
    kValueOfWrongType.definition,
    kValueOutOfRange.definition,
    kMalformedValue.definition,
    kRecursiveRecord.definition,
    kTwoKeys.definition,
    kKeyNotScalar.definition,
    kKeyInRecord.definition,
    kDefaultOfOptional.definition,
    kEmptyEnum.definition,
    kAnswerNotRecord.definition,
    kUnusedRecord.definition,
    kUnusedEnum.definition,
    kMapKey.definition,
    kNoEnumValue.definition,
    kNeverFilled.definition,
    kNoHandler.definition,
    kTwoHandlers.definition,
    kNobodyPublishes.definition,
    kNobodySubscribes.definition,
    kUnusedChannel.definition,
    kResultGoesNowhere.definition,
    kThenElsewhere.definition,
    kThenTakesOther.definition,
    kUnitOfWorkCycle.definition,
    kCallAcrossServices.definition,
    kComponentInTwoServices.definition,
    kComponentInNoService.definition,
    kOrderedWithoutKey.definition,
    kPolicyOutOfBounds.definition,
    kClauseHere.definition,
    kThenWithoutResult.definition,
    kRecordNeverArrives.definition,
    kListedTwice.definition,
    kEmptyService.definition,
    kEmptyComponent.definition,
    kNoStore.definition,
    kOptionMissing.definition,
    kNotUpperCamel.definition,
    kNotLowerSnake.definition,
    kUnknownRule.definition,
    kErrorAllowed.definition,
    kUnusedAllow.definition,
};

}  // namespace flowc
