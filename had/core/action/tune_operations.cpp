#include "had/core/action/tune_operations.hpp"

#include "had/core/action/owned.hpp"
#include "had/core/action/tuned_key.hpp"
#include "had/core/config/unread_word.hpp"
#include "had/core/world/observed.hpp"

namespace had::core {

bool SetTunable::note(Owned& owned, const Observed& observed) const {
    const auto now = observed.tunable(link.index, word);
    if (!now || *now == value || is_unread(*now)) return false;
    return owned.tuned.try_emplace({tuned_key(link, port), word}, *now).second;
}

bool SetTunable::forget(Owned& owned) const {
    const auto at = owned.tuned.find({tuned_key(link, port), word});
    if (at == owned.tuned.end() || at->second != value) return false;
    owned.tuned.erase(at);
    return true;
}

} // namespace had::core
