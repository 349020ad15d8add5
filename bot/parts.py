"""What jobs and scenes are made of: the resources and settings that the root hands down."""

from dataclasses import dataclass

from bot.api import Api
from bot.live import Lanes
from bot.policy import OperatorRules
from bot.stage import Stage
from bot.store import Store
from bot.tasks import Tasks
from bot.telemetry import Metrics
from config.settings import Limits


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything opened by the root that works beside a platform's stage."""

    api: Api
    store: Store
    lanes: Lanes
    stage: Stage
    tasks: Tasks
    metrics: Metrics
    rules: OperatorRules
    limits: Limits
