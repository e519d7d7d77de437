import { memoryLlmCache } from '../../adapters/memory-llm-cache';
import { llmCacheContract } from './contracts/llm-cache';

llmCacheContract('memory', memoryLlmCache);
