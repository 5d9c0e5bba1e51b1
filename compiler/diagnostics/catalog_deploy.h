#pragma once

#include <array>

#include "diagnostics/definition.h"

/// Diagnostics of routing between services (490 to 499), scenarios (580 to 599) and deployments
/// (604 to 699).
namespace flowc {

// Routing.
inline constexpr ErrorDef<490, Name, Name, Name> kNotPublicAcross{
    "{0} is not public, and goes from service {1} to service {2}"};
inline constexpr ErrorDef<491, Name, Name, Name> kStepElsewhere{
    "step {0} runs in service {1}, and this orchestrator in service {2}"};
inline constexpr ErrorDef<492, Name> kPublisherInTwoServices{
    "publisher {0} is used by two services"};
inline constexpr ErrorDef<493, Name> kChannelInTwoServices{"channel {0} is used by two services"};
inline constexpr ErrorDef<494, Word> kServiceUnclear{"{0} does not say which service runs it"};
inline constexpr ErrorDef<495, Name, Name, Name, Name> kNoRoute{
    "service {1} cannot receive {0} of service {2} under deployment {3}"};
inline constexpr ErrorDef<496, Name, Name> kTwoRoutes{"{0} reaches {1} by two routes"};
inline constexpr ErrorDef<497, Name, Name, Name, Name> kRouteOverMemory{
    "service {1} cannot receive {0} of service {2} over memory under deployment {3}"};

// Scenarios.
inline constexpr ErrorDef<580, Name, Word> kExampleFieldMissing{"{1} lacks its field {0}"};
inline constexpr ErrorDef<581, Name, Name> kExampleNoField{"{0} has no field {1}"};
inline constexpr ErrorDef<582, Name> kGivenUnhandled{"nothing takes {0}: to give it does nothing"};
inline constexpr WarningDef<583, Quoted> kExpectsNothing{"expects_nothing",
                                                         "scenario {0} expects nothing"};
inline constexpr WarningDef<584, Name> kNeverEmitted{
    "never_emitted",
    "nothing sends or publishes {0}: what is expected of it is known before the run"};

// Deployments.
inline constexpr ErrorDef<604, Name, Name> kCannotOrder{"{0} cannot keep {1} in key order"};
inline constexpr ErrorDef<605, Name> kStoreUnnamed{
    "deployment {0} has several stores, and this one has no name"};
inline constexpr ErrorDef<606, Name, Name> kSecretWritten{
    "{0} of {1} is a secret: it comes from the environment, without a default"};
inline constexpr ErrorDef<607, Name, Name> kChannelNotUsed{"service {1} does not use channel {0}"};
inline constexpr ErrorDef<608, Word, Name> kPlacedTwice{"{0} {1} is placed twice"};
inline constexpr ErrorDef<609, Name, Word> kPublisherNotPlaced{"deployment {0} does not place {1}"};
inline constexpr ErrorDef<610, Name, Word> kServiceStoreUnclear{
    "deployment {0} has several stores, and does not say which is that of {1}"};
inline constexpr ErrorDef<611, Name> kPartitionsHere{"{0} has no partitions: only Kafka has"};
inline constexpr WarningDef<613, Name, Word> kKeptInMemory{"kept_in_memory",
                                                           "deployment {0} keeps {1} in memory"};
inline constexpr WarningDef<614, Word, Name> kUnusedPlace{"unused_place",
                                                          "nothing is placed on {0} {1}"};
inline constexpr ErrorDef<615, Name, Name> kOptionUnnamed{"an option of {0} has a name: {1}"};
inline constexpr WarningDef<616, Name, Name, Quoted, Name> kSharedTopic{
    "shared_topic", "publishers {0} and {1} write to one topic {2} under deployment {3}"};

inline constexpr std::array kDeployDefinitions{
    kNotPublicAcross.definition,
    kStepElsewhere.definition,
    kPublisherInTwoServices.definition,
    kChannelInTwoServices.definition,
    kServiceUnclear.definition,
    kNoRoute.definition,
    kTwoRoutes.definition,
    kRouteOverMemory.definition,
    kExampleFieldMissing.definition,
    kExampleNoField.definition,
    kGivenUnhandled.definition,
    kExpectsNothing.definition,
    kNeverEmitted.definition,
    kCannotOrder.definition,
    kStoreUnnamed.definition,
    kSecretWritten.definition,
    kChannelNotUsed.definition,
    kPlacedTwice.definition,
    kPublisherNotPlaced.definition,
    kServiceStoreUnclear.definition,
    kPartitionsHere.definition,
    kKeptInMemory.definition,
    kUnusedPlace.definition,
    kOptionUnnamed.definition,
    kSharedTopic.definition,
};

}  // namespace flowc
