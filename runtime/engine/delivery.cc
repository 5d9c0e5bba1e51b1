#include "engine/delivery.h"

namespace flow {

const Message& SharedMessage::nothing() {
  static const Message none;
  return none;
}

}  // namespace flow
