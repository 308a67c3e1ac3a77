#include "had/core/action/action.hpp"

namespace had::core {
namespace {

// One question to the operation, answered by a request and by a job.
template <class Answer, class OfRequest, class OfJob>
Answer ask(const Operation& operation, OfRequest of_request, OfJob of_job) {
    return std::visit(
        [&]<class O>(const O& o) -> Answer {
            if constexpr (RequestOperation<O>) return of_request(o);
            else {
                static_assert(JobOperation<O>);
                return of_job(o);
            }
        },
        operation);
}

template <class Answer>
constexpr auto nothing = [](const auto&) { return Answer(); };

} // namespace

void Blocked::add(const Action& failed) {
    const auto holds_rest = [](const auto& o) { return o.holds_rest(); };
    if (ask<bool>(failed.operation, holds_rest, nothing<bool>)) objects_.insert(failed.object);
    if (const auto* create = std::get_if<CreateBond>(&failed.operation)) bonds_.insert(create->name);
}

bool Blocked::blocks(const Action& action) const {
    return objects_.contains(action.object) || bonds_.contains(action.needs);
}

bool is_job(const Operation& operation) {
    return ask<bool>(operation, nothing<bool>, [](const auto&) { return true; });
}

bool is_contestable(const Operation& operation) {
    return ask<bool>(operation, [](const auto& o) { return o.contestable(); }, nothing<bool>);
}

Job job_of(const Operation& operation) {
    return ask<Job>(operation, nothing<Job>, [](const auto& o) { return o.job(); });
}

SlotName slot_of(const Operation& operation) {
    return ask<SlotName>(operation, nothing<SlotName>, [](const auto& o) { return o.for_slot(); });
}

std::string to_string(const Operation& operation) {
    return std::visit([](const auto& o) { return o.text(); }, operation);
}

std::string key_of(const Operation& operation) {
    return std::visit([](const auto& o) { return o.key(); }, operation);
}

bool note(Owned& owned, const Operation& operation, const Observed& observed) {
    return std::visit([&](const auto& o) { return o.note(owned, observed); }, operation);
}

bool forget(Owned& owned, const Operation& operation) {
    return std::visit([&](const auto& o) { return o.forget(owned); }, operation);
}

} // namespace had::core
