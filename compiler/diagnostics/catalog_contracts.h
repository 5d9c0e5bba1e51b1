#pragma once

#include <array>

#include "diagnostics/definition.h"

/// Diagnostics of versions and upcasts, mappings, privacy (320 to 399) and partners (480 to 489).
namespace flowc {

// Mappings.
inline constexpr ErrorDef<320, Name, Word> kNoField{"{0} is not a field of {1}"};
inline constexpr ErrorDef<321, Name, Word> kNoPlainName{
    "{0} alone means nothing here: a field begins with {1}"};
inline constexpr ErrorDef<322, Name> kFilledTwice{"field {0} is filled twice"};
inline constexpr ErrorDef<323, Name, Word, Word> kNotFilled{"{0} needs {1}, and nothing fills {2}"};
inline constexpr ErrorDef<324, Name, Name, Word> kCannotFill{
    "{0} of type {1} cannot be filled with {2}"};
inline constexpr ErrorDef<325, Name, Name> kBehindOptional{"{0} may be absent, and {1} with it"};
inline constexpr ErrorDef<326, Name, Name> kNotARecord{"{0} is of type {1}, which has no fields"};
inline constexpr ErrorDef<327, Name> kNotComparable{"values of type {0} cannot be compared"};
inline constexpr ErrorDef<328, Name, Name> kComparedWithOther{
    "values of type {0} and {1} are never equal"};
inline constexpr ErrorDef<329> kComparesNoField{"a comparison needs a field"};
inline constexpr ErrorDef<330, Word> kNotACondition{
    "a condition is a boolean field or a comparison, not {0}"};
inline constexpr ErrorDef<331, Name, Word> kNoFieldToFill{
    "nothing fills {0}: no field has that name in {1}"};
inline constexpr ErrorDef<332, Name, Word> kNoRoot{"there is no {0} here: {1}"};
inline constexpr ErrorDef<333, Name> kComparedWithItself{"{0} is compared with itself"};

// Privacy.
inline constexpr ErrorDef<340, Name, Word> kMarkLeaves{
    "{0} is {1}, and would reach another service"};
inline constexpr ErrorDef<341, Name, Word, Name> kMarkLost{
    "{0} is {1}, and fills {2}, which is not"};
inline constexpr ErrorDef<342, Name> kNothingToDeclassify{
    "{0} is neither `@personal` nor `@secret`"};

inline constexpr ErrorDef<343, Name, Word> kMarkedKey{"key {0} cannot be {1}"};
inline constexpr ErrorDef<344, Word, Word> kMarkedLeaves{
    "{0} takes what is personal or secret to a partner: {1}"};

// Versions.
inline constexpr ErrorDef<350, Name, Name, Name> kTypeChanged{
    "{0} was of type {1}, and is of type {2} now"};

inline constexpr ErrorDef<351, Name, Name> kNoUpcast{"{0} of {1} has no upcast to a newer version"};
inline constexpr ErrorDef<352, Name, Name> kUpcastTwice{"{0} {1} has two upcasts"};
inline constexpr ErrorDef<353, Name, Name> kUpcastBackwards{"{0} is not newer than {1}"};
inline constexpr ErrorDef<354, Name, Name> kNoVersion{"{0} has no version {1}"};
inline constexpr ErrorDef<355, Name, Name> kUpcastElsewhere{"{0} is a message of module {1}"};
inline constexpr ErrorDef<356, Name, Name, Name, Word> kVersionsDiffer{
    "{0} {1} and {2} differ {3}"};

// Translations.
inline constexpr ErrorDef<370, Name, Name> kTranslatesElsewhere{"{0} is a message of module {1}"};
inline constexpr ErrorDef<371, Name> kTranslatesToItself{"{0} is translated to itself"};
inline constexpr ErrorDef<372, Name, Name> kTranslatedTwice{"{0} is already translated to {1}"};

// Partners.
inline constexpr ErrorDef<480, Name> kNoTopic{"publisher {0} has no topic"};
inline constexpr WarningDef<481, Name> kUnusedPublisher{"unused_publisher",
                                                        "publisher {0} is not used"};
inline constexpr ErrorDef<482, Name, Name> kForwardedTwice{"{0} already goes to {1}"};

inline constexpr std::array kContractsDefinitions{
    kNoField.definition,
    kNoPlainName.definition,
    kFilledTwice.definition,
    kNotFilled.definition,
    kCannotFill.definition,
    kBehindOptional.definition,
    kNotARecord.definition,
    kNotComparable.definition,
    kComparedWithOther.definition,
    kComparesNoField.definition,
    kNotACondition.definition,
    kNoFieldToFill.definition,
    kNoRoot.definition,
    kComparedWithItself.definition,
    kMarkLeaves.definition,
    kMarkLost.definition,
    kNothingToDeclassify.definition,
    kMarkedKey.definition,
    kMarkedLeaves.definition,
    kTypeChanged.definition,
    kNoUpcast.definition,
    kUpcastTwice.definition,
    kUpcastBackwards.definition,
    kNoVersion.definition,
    kUpcastElsewhere.definition,
    kVersionsDiffer.definition,
    kTranslatesElsewhere.definition,
    kTranslatesToItself.definition,
    kTranslatedTwice.definition,
    kNoTopic.definition,
    kUnusedPublisher.definition,
    kForwardedTwice.definition,
};

}  // namespace flowc
